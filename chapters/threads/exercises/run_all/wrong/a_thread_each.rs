//! Starts a thread for each job: they only wait, so what is the harm?

use std::thread;

pub fn run_all<T, F>(jobs: Vec<F>, limit: usize) -> Vec<T>
where
    T: Send + 'static,
    F: FnOnce() -> T + Send + 'static,
{
    let _ = limit;
    let threads: Vec<_> = jobs.into_iter().map(thread::spawn).collect();
    let join = |thread: thread::JoinHandle<T>| thread.join().unwrap();
    threads.into_iter().map(join).collect()
}

fn main() {
    let cups = run_all((1..=5).map(|n| move || n).collect(), 2);
    println!("in their order: {cups:?}");
}
