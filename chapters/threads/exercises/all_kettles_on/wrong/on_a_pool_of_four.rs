//! Hands the jobs to a pool, whose four threads the cups occupy while they
//! wait.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread;

use rayon::prelude::*;

pub type Job<T> = Box<dyn FnOnce() -> T + Send>;

pub fn make_all<T: Send + 'static>(
    jobs: Vec<Job<T>>,
) -> Vec<thread::Result<T>> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(4);
    let pool = pool.build().expect("four threads can be had");
    let make = |job: Job<T>| catch_unwind(AssertUnwindSafe(job));
    pool.install(|| jobs.into_par_iter().map(make).collect())
}

fn main() {
    let cups = make_all(vec![Box::new(|| 1), Box::new(|| 2)]);
    println!("{} cups", cups.len());
}
