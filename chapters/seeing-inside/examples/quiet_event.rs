//! A level that nobody asked for. Watch what its events do, and cost.
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;
use tracing::{Level, debug, info};

static COUNTED: AtomicU64 = AtomicU64::new(0);

fn stock() -> u64 {
    COUNTED.fetch_add(1, Ordering::Relaxed)
}

/// Nanoseconds for each of many events.
fn cost(events: u64, event: impl Fn(u64)) -> f64 {
    let start = Instant::now();
    for n in 0..events {
        event(n);
    }
    start.elapsed().as_secs_f64() * 1e9 / events as f64
}

fn main() {
    tracing_subscriber::fmt()
        .with_max_level(Level::INFO)
        .with_writer(std::io::sink)
        .init();
    let quiet = cost(10_000_000, |n| debug!(n, stock = stock(), "cup"));
    println!("the stock was counted {COUNTED:?} times");
    let written = cost(100_000, |n| info!(n, stock = stock(), "cup"));
    println!("the stock was counted {COUNTED:?} times");
    println!("a quiet event takes {quiet:.1} ns, a written one {written:.0}");
    let times = written / quiet;
    println!("that is {times:.0} times as much");
}
