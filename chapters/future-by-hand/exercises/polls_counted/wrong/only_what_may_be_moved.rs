//! Takes only futures that may be moved, and the caller has to box the others.

use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use timeline::LaneExt;
use tokio::time::sleep;

/// The future inside, and how often it was polled.
pub struct Counted<F> {
    inner: F,
    polls: u32,
}

/// Gives what the future gives, and how often it was polled for it.
pub fn counted<F: Future + Unpin>(future: F) -> Counted<F> {
    Counted {
        inner: future,
        polls: 0,
    }
}

impl<F: Future + Unpin> Future for Counted<F> {
    type Output = (F::Output, u32);

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = Pin::into_inner(self);
        this.polls += 1;
        let output = ready!(Pin::new(&mut this.inner).poll(cx));
        Poll::Ready((output, this.polls))
    }
}

async fn tea(n: u32) -> String {
    sleep(Duration::from_millis(200)).await;
    println!("tea {n}: poured");
    sleep(Duration::from_millis(100)).await;
    format!("cup {n}")
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let (cup, polls) = counted(Box::pin(tea(1).lane("tea 1"))).await;
    println!("{cup}, after {polls} polls");
}
