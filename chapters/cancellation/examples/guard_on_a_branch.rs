//! Five guests, and two stoves. Watch how many kettles are on at a time.
use std::time::Duration;
use tokio::{sync::mpsc, task::JoinSet, time::sleep};

#[timeline::lane("tea {n}")]
async fn tea(n: u32) -> u32 {
    println!("tea {n}: kettle on");
    sleep(Duration::from_millis(500)).await;
    n
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let (door, mut guests) = mpsc::channel(5);
    for n in 1..=5 {
        door.send(n).await.expect("there is room for five");
    }
    drop(door); // nobody else comes
    let mut stoves = JoinSet::new();
    loop {
        tokio::select! {
            Some(n) = guests.recv(), if stoves.len() < 2 => {
                stoves.spawn(tea(n));
            }
            Some(done) = stoves.join_next() => {
                println!("tea {}: poured", done.unwrap());
            }
            else => break,
        }
    }
    println!("closed");
}
