//! The same stream, pinned. Watch what becomes of the error.
use futures::{Stream, StreamExt, stream};
use std::pin::pin;
use tokio::task::yield_now;

/// The orders 1, 2 and 3.
fn orders() -> impl Stream<Item = u32> {
    stream::iter(1..=3).then(async |n| {
        yield_now().await;
        n
    })
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let mut orders = pin!(orders());
    while let Some(n) = orders.next().await {
        println!("main: order {n}");
    }
}
