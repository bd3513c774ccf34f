//! A million orders, a task each, but never more than ten. Watch the memory.
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use tokio::{task::JoinSet, task::yield_now};

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
    let (mut prices, mut sum) = (JoinSet::new(), 0);
    for n in 0..1_000_000 {
        if prices.len() == 10 {
            let price = prices.join_next().await.expect("there are ten");
            sum += price.unwrap();
        }
        prices.spawn(price(n));
    }
    while let Some(price) = prices.join_next().await {
        sum += price.unwrap();
    }
    println!("a sum of {sum}, at most {MOST:?} at once");
}
