//! Counts behind `ready!`, which has returned long before.

use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use timeline::LaneExt;
use tokio::time::sleep;

/// The future inside, and how often it was polled.
pub struct Counted<F> {
    inner: Pin<Box<F>>,
    polls: u32,
}

/// Gives what the future gives, and how often it was polled for it.
pub fn counted<F: Future>(future: F) -> Counted<F> {
    Counted {
        inner: Box::pin(future),
        polls: 0,
    }
}

impl<F: Future> Future for Counted<F> {
    type Output = (F::Output, u32);

    fn poll(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Self::Output> {
        let output = ready!(self.inner.as_mut().poll(cx));
        self.polls += 1;
        Poll::Ready((output, self.polls))
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
    let (cup, polls) = counted(tea(1).lane("tea 1")).await;
    println!("{cup}, after {polls} polls");
}
