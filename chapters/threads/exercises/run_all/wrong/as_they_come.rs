//! Takes from one queue, and gives the results as they come.

use std::sync::{Arc, Mutex, mpsc};
use std::thread;

pub fn run_all<T, F>(jobs: Vec<F>, limit: usize) -> Vec<T>
where
    T: Send + 'static,
    F: FnOnce() -> T + Send + 'static,
{
    let queue = Arc::new(Mutex::new(jobs.into_iter()));
    let (done, results) = mpsc::channel();
    for _ in 0..limit {
        let (queue, done) = (Arc::clone(&queue), done.clone());
        thread::spawn(move || {
            loop {
                let Some(job) = queue.lock().unwrap().next() else {
                    return;
                };
                if done.send(job()).is_err() {
                    return;
                }
            }
        });
    }
    drop(done);
    results.into_iter().collect()
}

fn main() {
    let cups = run_all((1..=5).map(|n| move || n).collect(), 2);
    println!("in their order: {cups:?}");
}
