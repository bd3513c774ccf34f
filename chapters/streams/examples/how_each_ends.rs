//! Three quick orders and two slow ones. Watch what each brings, and when.
use futures::{Stream, StreamExt, stream};
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// So many orders, one in so many milliseconds.
fn orders(shop: char, many: u32, ms: u64) -> impl Stream<Item = String> {
    stream::iter(1..=many).then(move |n| async move {
        sleep(Duration::from_millis(ms)).await;
        format!("{shop}{n}")
    })
}

async fn tell(name: &str, stream: impl Stream<Item = String>) {
    let start = Instant::now();
    let all: Vec<_> = stream.collect().await;
    let (all, ms) = (all.join(" "), start.elapsed().as_millis());
    println!("{name}: {all}, after {ms} ms");
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let quick = || Box::pin(orders('q', 3, 100));
    let slow = || Box::pin(orders('s', 2, 160));
    tell("chain", quick().chain(slow())).await;
    tell("select", stream::select(quick(), slow())).await;
    tell("merge", tokio_stream::StreamExt::merge(quick(), slow())).await;

    let mut left = quick();
    let pairs = left.by_ref().zip(slow());
    tell("zip", pairs.map(|(q, s)| q + "+" + &s)).await;
    tell("left behind by zip", left).await;
}
