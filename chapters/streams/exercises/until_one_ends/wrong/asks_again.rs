//! Does not remember that it has ended.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use futures::{Stream, StreamExt, stream};
use tokio::time::sleep;

/// Items of two streams, until one of them ends.
pub fn until_one_ends<L, R>(left: L, right: R) -> UntilOneEnds<L, R>
where
    L: Stream + Unpin,
    R: Stream<Item = L::Item> + Unpin,
{
    UntilOneEnds {
        left,
        right,
        right_first: false,
    }
}

#[derive(Debug)]
pub struct UntilOneEnds<L, R> {
    left: L,
    right: R,
    right_first: bool,
}

impl<L, R> Stream for UntilOneEnds<L, R>
where
    L: Stream + Unpin,
    R: Stream<Item = L::Item> + Unpin,
{
    type Item = L::Item;

    fn poll_next(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<L::Item>> {
        let this = &mut *self;
        this.right_first = !this.right_first;
        let mut right_next = this.right_first;
        for _ in 0..2 {
            let asked = match right_next {
                true => this.right.poll_next_unpin(context),
                false => this.left.poll_next_unpin(context),
            };
            if asked.is_ready() {
                return asked;
            }
            right_next = !right_next;
        }
        Poll::Pending
    }
}

/// So many items, one in so many milliseconds.
fn every(
    ms: u64,
    name: &'static str,
    items: usize,
) -> impl Stream<Item = &'static str> + Unpin {
    let names = stream::iter(std::iter::repeat_n(name, items));
    Box::pin(names.then(move |name| async move {
        sleep(Duration::from_millis(ms)).await;
        name
    }))
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let orders = every(250, "order", 3);
    let ticks = every(100, "tick", usize::MAX);
    let mut events = until_one_ends(orders, ticks);
    while let Some(event) = events.next().await {
        println!("main: {event}");
    }
    println!("main: closed");
}
