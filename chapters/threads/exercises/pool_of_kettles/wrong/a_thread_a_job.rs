//! Starts a thread for each job that a worker takes.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread::{self, JoinHandle};

pub type Job = Box<dyn FnOnce() + Send>;

/// Some workers, and a queue of jobs that they share.
#[derive(Debug)]
pub struct Pool {
    queue: Sender<Job>,
    workers: Vec<JoinHandle<()>>,
}

impl Pool {
    pub fn new(workers: usize) -> Self {
        let (queue, jobs) = channel();
        let jobs = Arc::new(Mutex::new(jobs));
        let start = |n| {
            let jobs = Arc::clone(&jobs);
            thread::spawn(move || work(n, &jobs))
        };
        let workers = (1..=workers).map(start).collect();
        Self { queue, workers }
    }

    pub fn submit(&self, job: impl FnOnce() + Send + 'static) {
        let job = Box::new(job);
        self.queue.send(job).expect("the workers are there");
    }

    /// Waits until all jobs are done. The workers go home.
    #[timeline::lane("pool: finish")]
    pub fn finish(self) {
        drop(self.queue); // no more jobs: `recv` will say so
        for worker in self.workers {
            worker.join().unwrap();
        }
    }
}

#[timeline::lane("worker {n}: waits for the lock")]
fn lock(
    n: usize,
    jobs: &Mutex<Receiver<Job>>,
) -> MutexGuard<'_, Receiver<Job>> {
    jobs.lock().unwrap()
}

fn work(n: usize, jobs: &Mutex<Receiver<Job>>) {
    let mut all = Vec::new();
    while let Ok(job) = lock(n, jobs).recv() {
        all.push(thread::spawn(job));
    }
    for job in all {
        job.join().unwrap();
    }
}

fn main() {
    let pool = Pool::new(2);
    pool.submit(|| println!("tea: poured"));
    pool.finish();
}
