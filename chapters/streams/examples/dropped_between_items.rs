//! `next` is polled once and dropped, again and again. Watch the counts.
use futures::{FutureExt, Stream, StreamExt, stream};
use std::{pin::pin, time::Duration};
use tokio::task::yield_now;

async fn price(n: usize) -> usize {
    yield_now().await; // ready at its second poll
    n
}

/// Twelve orders, each of which counts as one.
fn orders() -> impl Stream<Item = usize> + Unpin {
    Box::pin(stream::iter([1; 12]).then(price))
}

macro_rules! count {
    ($stream:expr) => {{
        let mut count = 0;
        loop {
            match pin!($stream).next().now_or_never() {
                Some(Some(orders)) => count += orders,
                Some(None) => break count,
                None => yield_now().await, // `next` has been dropped
            }
        }
    }};
}

macro_rules! row {
    ($name:literal, $all:ident => $stream:expr) => {
        let mut $all = orders();
        let mut stream = pin!($stream);
        let kept = count!(stream.by_ref()); // the same stream each turn
        let mut $all = orders();
        let anew = count!($stream); // another one each turn
        println!("{}: {kept} of 12, made anew {anew} of 12", $name);
    };
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let many = |orders: Vec<usize>| orders.len();
    let mut slow = Box::pin(stream::repeat(1).then(price).then(price));
    row!("merge", all => tokio_stream::StreamExt::merge(all.by_ref(), stream::empty()));
    row!("then", all => all.by_ref().then(price));
    row!("buffer_unordered", all => {
        all.by_ref().map(price).buffer_unordered(3)
    });
    row!("chunks", all => all.by_ref().chunks(3).map(many));
    row!("chunks_timeout", all => {
        let minute = Duration::from_secs(60);
        tokio_stream::StreamExt::chunks_timeout(all.by_ref(), 3, minute)
            .map(many)
    });
    row!("zip", all => all.by_ref().zip(slow.by_ref()).map(|(n, _)| n));
}
