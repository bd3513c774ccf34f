//! Is polled once more after it has said 1.

use std::pin::Pin;
use std::task::{Context, Poll};

use futures::executor::block_on;
use futures::future::join;

/// Says its numbers, from `left` down to 1.
pub struct Countdown<S> {
    left: u32,
    say: S,
}

pub fn countdown<S: FnMut(u32) + Unpin>(from: u32, say: S) -> Countdown<S> {
    Countdown { left: from, say }
}

impl<S: FnMut(u32) + Unpin> Future for Countdown<S> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        if self.left == 0 {
            return Poll::Ready(());
        }
        let number = self.left;
        (self.say)(number);
        self.left -= 1;
        cx.waker().wake_by_ref();
        Poll::Pending
    }
}

fn main() {
    let a = countdown(3, |n| println!("a {n}"));
    let b = countdown(3, |n| println!("b {n}"));
    block_on(join(a, b));
}
