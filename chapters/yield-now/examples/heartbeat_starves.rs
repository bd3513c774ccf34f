//! A heartbeat, joined with five chops. Watch when it beats.
use std::time::{Duration, Instant};

/// Beats ten times, every 50 ms, and notes the longest wait for a beat.
#[timeline::lane("heart")]
async fn heartbeat() {
    let mut longest = Duration::ZERO;
    for n in 1..=10 {
        let last = Instant::now();
        tokio::time::sleep(Duration::from_millis(50)).await;
        let gap = last.elapsed();
        println!("beat {n}: after {} ms", gap.as_millis());
        longest = longest.max(gap);
    }
    println!("longest gap: {} ms", longest.as_millis());
}

/// Keeps a core busy: counts the primes below 10,000, the slow way.
#[timeline::lane("chop {n}")]
async fn chop(n: u32) {
    println!("chop {n}: start");
    let is_prime = |p: &u32| (2..*p).all(|d| p % d != 0);
    let mut primes = 0;
    for p in 2..10_000 {
        if is_prime(&p) {
            primes += 1;
        }
    }
    println!("chop {n}: done, {primes} primes");
}

async fn chop_all() {
    for n in 1..=5 {
        chop(n).await;
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    tokio::join!(heartbeat(), chop_all());
}
