//! A thread for each cup, all started before the first is waited for.

use std::thread;
use std::time::Duration;

/// Something to do, which gives a cup in the end.
pub type Job<T> = Box<dyn FnOnce() -> T + Send>;

/// Does all jobs at the same time, and gives what became of each, in their
/// order.
pub fn make_all<T: Send + 'static>(
    jobs: Vec<Job<T>>,
) -> Vec<thread::Result<T>> {
    // An iterator is lazy: without this `collect`, the second thread would be
    // started when the first has been joined.
    let handles: Vec<_> = jobs.into_iter().map(thread::spawn).collect();
    handles.into_iter().map(thread::JoinHandle::join).collect()
}

#[timeline::lane("tea {n}")]
fn tea(n: u32) -> u32 {
    println!("tea {n}: kettle on");
    thread::sleep(Duration::from_millis(500));
    println!("tea {n}: poured");
    n
}

fn main() {
    let teas = (1..=4).map(|n| -> Job<u32> { Box::new(move || tea(n)) });
    let cups = make_all(teas.collect());
    println!("{} cups", cups.len());
}

#[cfg(test)]
#[path = "../../../chapters/threads/exercises/all_kettles_on/tests.rs"]
mod tests;
