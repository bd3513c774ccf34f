//! Lets each thread send its cup, and takes them as they come.

use std::sync::mpsc;
use std::thread;

pub type Job<T> = Box<dyn FnOnce() -> T + Send>;

pub fn make_all<T: Send + 'static>(
    jobs: Vec<Job<T>>,
) -> Vec<thread::Result<T>> {
    let (done, cups) = mpsc::channel();
    for job in jobs {
        let done = done.clone();
        thread::spawn(move || done.send(job()));
    }
    drop(done);
    cups.into_iter().map(Ok).collect()
}

fn main() {
    let cups = make_all(vec![Box::new(|| 1), Box::new(|| 2)]);
    println!("{} cups", cups.len());
}
