//! Lock, add one, unlock, again and again. Watch what a lock costs.
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Instant;

const TIMES: u32 = 100_000;

/// Nanoseconds a time.
fn nanos(start: Instant) -> f64 {
    start.elapsed().as_secs_f64() * 1e9 / f64::from(TIMES)
}

async fn with_std(count: Arc<std::sync::Mutex<u64>>) -> f64 {
    let start = Instant::now();
    for _ in 0..TIMES {
        *count.lock().unwrap() += 1;
    }
    nanos(start)
}

async fn with_tokio(count: Arc<tokio::sync::Mutex<u64>>) -> f64 {
    let start = Instant::now();
    for _ in 0..TIMES {
        *count.lock().await += 1;
    }
    nanos(start)
}

async fn with_an_atomic(count: Arc<AtomicU64>) -> f64 {
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
    let [atomic, std, tokio] = rounds.map(|mut nanos| {
        nanos.sort_unstable_by(f64::total_cmp);
        nanos[7] // the median
    });
    println!("an atomic: {atomic:.1} ns");
    println!("std's Mutex: {std:.1} ns");
    let times = tokio / std;
    println!("Tokio's Mutex: {tokio:.1} ns, {times:.0} times as long");
}
