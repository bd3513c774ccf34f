//! The same four chops, done in four ways. Watch which way is faster.
use futures::future::join_all;
use std::{thread, time::Instant};

/// Keeps a core busy: counts the primes below 10,000, the slow way.
#[timeline::lane("{way} {n}")]
fn chop(way: &str, n: u32) {
    let is_prime = |p: &u32| (2..*p).all(|d| p % d != 0);
    let primes = (2..10_000).filter(is_prime).count();
    assert_eq!(primes, 1229, "{way} {n}: not all of them");
}

async fn async_chop(way: &str, n: u32) {
    chop(way, n);
}

#[tokio::main]
async fn main() {
    let start = Instant::now();
    for n in 1..=4 {
        chop("loop", n);
    }
    println!("in a loop: {} ms", start.elapsed().as_millis());

    let start = Instant::now();
    join_all((1..=4).map(|n| async_chop("future", n))).await;
    println!("joined futures: {} ms", start.elapsed().as_millis());

    let start = Instant::now();
    let spawn = |n| tokio::spawn(async_chop("task", n));
    join_all((1..=4).map(spawn)).await;
    println!("tasks on workers: {} ms", start.elapsed().as_millis());

    let start = Instant::now();
    thread::scope(|scope| {
        for n in 1..=4 {
            scope.spawn(move || chop("thread", n));
        }
    });
    println!("threads: {} ms", start.elapsed().as_millis());
}
