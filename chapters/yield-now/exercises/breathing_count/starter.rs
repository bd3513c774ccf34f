//! A count that takes its time, and a heart beside it. When does it beat?

use std::time::Duration;

use timeline::LaneExt;
use tokio::time::sleep;

/// The slow way.
fn is_prime(n: u32) -> bool {
    n >= 2 && (2..n).all(|d| !n.is_multiple_of(d))
}

/// Counts the primes below `end`.
pub async fn count_primes(end: u32) -> usize {
    (0..end).filter(|n| is_prime(*n)).count()
}

async fn heart() {
    for beat in 1..=5 {
        sleep(Duration::from_millis(10)).await;
        println!("beat {beat}");
    }
}

async fn count() {
    let primes = count_primes(10_000).await;
    println!("{primes} primes");
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    tokio::join!(heart().lane("heart"), count().lane("count"));
}

#[cfg(test)]
#[path = "../../../chapters/yield-now/exercises/breathing_count/tests.rs"]
mod tests;
