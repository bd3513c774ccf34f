//! Five jobs and two threads, each of which takes the next job when it is done
//! with one.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

/// Does all jobs, with at most `limit` threads at a time, and gives what they
/// give, in their order.
pub fn run_all<T, F>(jobs: Vec<F>, limit: usize) -> Vec<T>
where
    T: Send + 'static,
    F: FnOnce() -> T + Send + 'static,
{
    let queue = Arc::new(Mutex::new(jobs.into_iter().enumerate()));
    let work = || {
        let queue = Arc::clone(&queue);
        thread::spawn(move || {
            let mut done = Vec::new();
            loop {
                let next = queue.lock().unwrap().next();
                let Some((place, job)) = next else {
                    return done;
                };
                done.push((place, job()));
            }
        })
    };
    let threads: Vec<_> = (0..limit).map(|_| work()).collect();
    let done = threads
        .into_iter()
        .flat_map(|thread| thread.join().unwrap());
    // Each thread brings what it has done; the places say where that belongs.
    let in_order: BTreeMap<usize, T> = done.collect();
    in_order.into_values().collect()
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
