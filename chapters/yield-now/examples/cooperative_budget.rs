//! The taker awaits a full channel. Watch when the other has a turn.
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use tokio::sync::mpsc;

static TAKEN: AtomicU32 = AtomicU32::new(0);

async fn taker() {
    let (sender, mut receiver) = mpsc::unbounded_channel();
    for n in 1..=1000 {
        sender.send(n).unwrap();
    }
    for n in 1..=1000 {
        receiver.recv().await;
        TAKEN.store(n, Relaxed);
    }
    println!("taker: all taken");
}

async fn other() {
    for turn in 1..=3 {
        println!("other: turn {turn}, {} taken", TAKEN.load(Relaxed));
        tokio::task::yield_now().await;
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let other = tokio::spawn(other());
    taker().await;
    other.await.unwrap();
}
