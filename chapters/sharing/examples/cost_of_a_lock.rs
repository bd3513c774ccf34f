//! Lock, add one, unlock, a million times in all. Watch what a lock costs.
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::{Duration, Instant};

const TIMES: u32 = 100_000;

/// Nanoseconds a time.
fn nanos(start: Instant) -> u128 {
    start.elapsed().as_nanos() / u128::from(TIMES)
}

async fn with_std(count: Arc<std::sync::Mutex<u64>>) -> u128 {
    let start = Instant::now();
    for _ in 0..TIMES {
        *count.lock().unwrap() += 1;
    }
    nanos(start)
}

async fn with_tokio(count: Arc<tokio::sync::Mutex<u64>>) -> u128 {
    let start = Instant::now();
    for _ in 0..TIMES {
        *count.lock().await += 1;
    }
    nanos(start)
}

async fn with_an_atomic(count: Arc<AtomicU64>) -> u128 {
    let start = Instant::now();
    for _ in 0..TIMES {
        count.fetch_add(1, Relaxed);
    }
    nanos(start)
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let mut rounds = [Vec::new(), Vec::new(), Vec::new()];
    for _ in 0..15 {
        rounds[0].push(with_an_atomic(Arc::default()).await);
        rounds[1].push(with_std(Arc::default()).await);
        rounds[2].push(with_tokio(Arc::default()).await);
    }
    let names = ["an atomic", "std's Mutex", "Tokio's Mutex"];
    for (name, mut rounds) in names.into_iter().zip(rounds) {
        rounds.sort_unstable();
        let median = Duration::from_nanos(rounds[7] as u64);
        println!("{name}: {median:?}");
    }
}
