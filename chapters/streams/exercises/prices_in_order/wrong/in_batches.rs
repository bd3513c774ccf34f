//! Asks for the next `k` when all of the last `k` are known.

use std::pin::pin;
use std::time::Duration;

use futures::future::join_all;
use futures::{Stream, StreamExt, stream};
use timeline::LaneExt;
use tokio::time::sleep;

/// The prices of all orders, in their order, of which up to `k` are asked for
/// at a time.
pub fn prices<F: Future>(
    k: usize,
    orders: impl Stream<Item = u64>,
    ask: impl FnMut(u64) -> F,
) -> impl Stream<Item = F::Output> {
    orders
        .map(ask)
        .chunks(k)
        .then(join_all)
        .flat_map(stream::iter)
}

async fn ask(order: u64) -> u64 {
    sleep(Duration::from_millis(200)).await;
    100 * order
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let orders = stream::iter(1..=6);
    let ask = |n| ask(n).lane(format!("price {n}"));
    let mut prices = pin!(prices(3, orders, ask));
    while let Some(price) = prices.next().await {
        println!("main: {price}");
    }
}
