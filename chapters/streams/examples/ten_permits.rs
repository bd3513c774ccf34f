//! A million orders, a task each, and ten permits. Watch the memory.
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use tokio::{sync::Semaphore, task::JoinSet, task::yield_now};

static UNDER_WAY: AtomicU32 = AtomicU32::new(0);
static MOST: AtomicU32 = AtomicU32::new(0);
static PERMITS: Semaphore = Semaphore::const_new(10);

async fn price(n: u64) -> u64 {
    let _permit = PERMITS.acquire().await.expect("nobody closes it");
    MOST.fetch_max(UNDER_WAY.fetch_add(1, Relaxed) + 1, Relaxed);
    yield_now().await; // as short as a wait can be
    UNDER_WAY.fetch_sub(1, Relaxed);
    n % 100
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let mut prices: JoinSet<u64> = (0..1_000_000).map(price).collect();
    let mut sum = 0;
    while let Some(price) = prices.join_next().await {
        sum += price.unwrap();
    }
    println!("a sum of {sum}, at most {MOST:?} at once");
}
