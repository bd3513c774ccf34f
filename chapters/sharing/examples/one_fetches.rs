//! A hundred want a rate, and there is one place to keep it. Count the fetches.
use futures::future::join_all;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::time::Duration;
use tokio::sync::OnceCell;
use tokio::time::sleep;

static FETCHES: AtomicU32 = AtomicU32::new(0);

/// Asks the bank.
async fn fetch() -> u32 {
    FETCHES.fetch_add(1, Relaxed);
    sleep(Duration::from_millis(100)).await;
    162
}

async fn rate(known: &OnceCell<u32>) -> u32 {
    *known.get_or_init(fetch).await
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let known = OnceCell::new();
    let rates = join_all((0..100).map(|_| rate(&known))).await;
    println!("{} asked, {FETCHES:?} fetched", rates.len());
}
