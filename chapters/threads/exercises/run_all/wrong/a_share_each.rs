//! Cuts the list into as many shares as there are threads.

use std::thread;

pub fn run_all<T, F>(jobs: Vec<F>, limit: usize) -> Vec<T>
where
    T: Send + 'static,
    F: FnOnce() -> T + Send + 'static,
{
    let share = jobs.len().div_ceil(limit).max(1);
    let mut jobs = jobs.into_iter();
    let mut threads = Vec::new();
    for _ in 0..limit {
        let share: Vec<F> = jobs.by_ref().take(share).collect();
        threads.push(thread::spawn(move || {
            share.into_iter().map(|job| job()).collect::<Vec<T>>()
        }));
    }
    let join = |thread: thread::JoinHandle<Vec<T>>| thread.join().unwrap();
    threads.into_iter().flat_map(join).collect()
}

fn main() {
    let cups = run_all((1..=5).map(|n| move || n).collect(), 2);
    println!("in their order: {cups:?}");
}
