//! A heartbeat beside ten chops, in a pool. Watch the longest gap.
use std::time::{Duration, Instant};
use tokio::sync::oneshot;

/// Beats ten times, every 50 ms, and measures the time from beat to beat.
#[timeline::lane("heart")]
async fn heartbeat() {
    let mut longest = Duration::ZERO;
    for _ in 1..=10 {
        let last = Instant::now();
        tokio::time::sleep(Duration::from_millis(50)).await;
        longest = longest.max(last.elapsed());
    }
    println!("longest gap: {} ms", longest.as_millis());
}

/// Keeps a core busy: counts the primes below 10,000, the slow way.
#[timeline::lane("chop {n}")]
fn chop(n: u32) -> usize {
    println!("chop {n}: start");
    let is_prime = |p: &u32| (2..*p).all(|d| p % d != 0);
    let primes = (2..10_000).filter(is_prime).count();
    println!("chop {n}: done, {primes} primes");
    primes
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let start = Instant::now();
    let heart = tokio::spawn(heartbeat());
    let mut chops = Vec::new();
    // part: cure
    let pool = rayon::ThreadPoolBuilder::new().num_threads(4);
    pool.build_global().unwrap();
    for n in 1..=10 {
        let (done, chopped) = oneshot::channel();
        rayon::spawn(move || _ = done.send(chop(n)));
        chops.push(chopped);
    }
    // end: cure
    let mut primes = 0;
    for chopped in chops {
        primes += chopped.await.unwrap();
    }
    let ms = start.elapsed().as_millis();
    println!("ten chops: {ms} ms, {primes} primes");
    heart.await.unwrap();
}
