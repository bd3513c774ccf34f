//! We close after one second. Watch when we do.
use std::time::Duration;
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
    loop {
        tokio::select! {
            Some(n) = inside.recv() => println!("guest {n} comes in"),
            () = sleep(second).lane("closing time") => break,
        }
    }
    println!("closed");
}
