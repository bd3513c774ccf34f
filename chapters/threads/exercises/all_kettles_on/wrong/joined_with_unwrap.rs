//! Two loops, and a panic for whoever joins a panic.

use std::thread;

pub type Job<T> = Box<dyn FnOnce() -> T + Send>;

pub fn make_all<T: Send + 'static>(
    jobs: Vec<Job<T>>,
) -> Vec<thread::Result<T>> {
    let mut handles = Vec::new();
    for job in jobs {
        handles.push(thread::spawn(job));
    }
    let mut cups = Vec::new();
    for handle in handles {
        cups.push(Ok(handle.join().unwrap()));
    }
    cups
}

fn main() {
    let cups = make_all(vec![Box::new(|| 1), Box::new(|| 2)]);
    println!("{} cups", cups.len());
}
