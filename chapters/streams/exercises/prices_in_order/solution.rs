//! Six orders priced three at a time. Watch the clock.

use std::pin::pin;
use std::time::Duration;

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
    orders.map(ask).buffered(k)
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

#[cfg(test)]
#[path = "../../../chapters/streams/exercises/prices_in_order/tests.rs"]
mod tests;
