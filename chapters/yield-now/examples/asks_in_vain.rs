//! A future by hand that is always ready. Watch the other's turns.
use std::pin::Pin;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::task::{Context, Poll, ready};
use tokio::task::coop;

static TAKEN: AtomicU32 = AtomicU32::new(0);

/// A bag of tea, which nobody ever has to wait for.
struct Bag;

impl Future for Bag {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let _asked = ready!(coop::poll_proceed(cx)); // Oops!
        Poll::Ready(())
    }
}

async fn taker() {
    for n in 1..=1000 {
        Bag.await;
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
