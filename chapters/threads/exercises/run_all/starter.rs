//! Five jobs, two threads. When does a thread take the next job?

use std::thread;
use std::time::Duration;

/// Does all jobs, with at most `limit` threads at a time, and gives what they
/// give, in their order.
pub fn run_all<T, F>(jobs: Vec<F>, limit: usize) -> Vec<T>
where
    T: Send + 'static,
    F: FnOnce() -> T + Send + 'static,
{
    let mut results = Vec::new();
    let mut jobs = jobs.into_iter();
    loop {
        let batch: Vec<_> =
            jobs.by_ref().take(limit).map(thread::spawn).collect();
        if batch.is_empty() {
            return results;
        }
        results.extend(batch.into_iter().map(|thread| thread.join().unwrap()));
    }
}

#[timeline::lane("tea {n}")]
fn tea(n: u64) -> u64 {
    let steeping = if n == 1 { 1200 } else { 300 };
    thread::sleep(Duration::from_millis(steeping));
    println!("tea {n}: poured");
    n
}

fn main() {
    let teas = (1..=5).map(|n| move || tea(n));
    let cups = run_all(teas.collect(), 2);
    println!("in their order: {cups:?}");
}

#[cfg(test)]
#[path = "../../../chapters/threads/exercises/run_all/tests.rs"]
mod tests;
