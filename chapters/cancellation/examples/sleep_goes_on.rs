//! We close after one second, really. Watch when we do.
use std::{pin::pin, time::Duration};
use timeline::LaneExt;
use tokio::sync::mpsc;
use tokio::time::sleep;

async fn guests(door: mpsc::Sender<u32>) {
    for n in 1..=5 {
        sleep(Duration::from_millis(400)).await;
        if door.send(n).await.is_err() {
            return; // closed
        }
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let (door, mut inside) = mpsc::channel(1);
    tokio::spawn(guests(door));
    let second = Duration::from_secs(1);
    let mut closing = pin!(sleep(second).lane("closing time"));
    loop {
        tokio::select! {
            Some(n) = inside.recv() => println!("guest {n} comes in"),
            () = &mut closing => break,
        }
    }
    println!("closed");
}
