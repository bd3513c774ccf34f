//! The same four chops, done in four ways. Watch which way is faster.
use futures::future::join_all;
use std::{thread, time::Duration, time::Instant};
use tokio::spawn;

/// Keeps a core busy: counts the primes below 1,000, the slow way.
fn chop() {
    let is_prime = |p: &u32| (2..*p).all(|d| p % d != 0);
    assert_eq!((2..1000).filter(is_prime).count(), 168);
}

async fn async_chop() {
    chop();
}

async fn four_chops(way: &str) {
    match way {
        "a loop" => (1..=4).for_each(|_| chop()),
        "joined futures" => _ = join_all((1..=4).map(|_| async_chop())).await,
        "tasks" => _ = join_all((1..=4).map(|_| spawn(async_chop()))).await,
        _ => thread::scope(|scope| {
            for _ in 1..=4 {
                scope.spawn(chop);
            }
        }),
    }
}

#[tokio::main(worker_threads = 4)]
async fn main() {
    let ways = ["a loop", "joined futures", "tasks", "threads"];
    let mut best = [Duration::MAX; 4];
    for _ in 1..=50 {
        for (way, best) in ways.into_iter().zip(&mut best) {
            let start = Instant::now();
            four_chops(way).await;
            *best = start.elapsed().min(*best);
        }
    }
    for (way, best_of_fifty) in ways.into_iter().zip(best) {
        let times = best_of_fifty.as_secs_f64() / best[0].as_secs_f64();
        let micros = best_of_fifty.as_micros();
        println!("{way}: {micros} µs, {times:.2} times the loop");
    }
}
