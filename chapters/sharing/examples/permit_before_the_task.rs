//! A million orders, and a permit for each before its task. Watch the memory.
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::yield_now;

static TASKS: AtomicU32 = AtomicU32::new(0);
static MOST: AtomicU32 = AtomicU32::new(0);
static DONE: AtomicU32 = AtomicU32::new(0);

async fn price(_permit: OwnedSemaphorePermit) {
    yield_now().await; // as short as a wait can be
    TASKS.fetch_sub(1, Relaxed);
    DONE.fetch_add(1, Relaxed);
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let permits = Arc::new(Semaphore::new(10));
    for _ in 0..1_000_000 {
        let permit = Arc::clone(&permits).acquire_owned().await;
        let permit = permit.expect("it is never closed");
        MOST.fetch_max(TASKS.fetch_add(1, Relaxed) + 1, Relaxed);
        tokio::spawn(price(permit));
    }
    // All ten are here again when the last task has ended.
    let _all = permits.acquire_many(10).await.expect("it is never closed");
    println!("{DONE:?} prices, at most {MOST:?} tasks at once");
}
