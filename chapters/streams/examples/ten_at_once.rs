//! A million orders, ten at once. Watch the memory.
use futures::{StreamExt, stream};
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use tokio::task::yield_now;

static UNDER_WAY: AtomicU32 = AtomicU32::new(0);
static MOST: AtomicU32 = AtomicU32::new(0);

async fn price(n: u64) -> u64 {
    MOST.fetch_max(UNDER_WAY.fetch_add(1, Relaxed) + 1, Relaxed);
    yield_now().await; // as short as a wait can be
    UNDER_WAY.fetch_sub(1, Relaxed);
    n % 100
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let prices = stream::iter(0..1_000_000).map(price);
    let prices = prices.buffer_unordered(10);
    let sum = prices.fold(0, async |sum, price| sum + price).await;
    println!("a sum of {sum}, at most {MOST:?} at once");
}
