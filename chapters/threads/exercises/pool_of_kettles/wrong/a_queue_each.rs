//! A queue for each worker, and jobs in turn: a job may stand behind one that
//! waits for it.

use std::cell::Cell;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::{self, JoinHandle};

pub type Job = Box<dyn FnOnce() + Send>;

#[derive(Debug)]
pub struct Pool {
    queues: Vec<Sender<Job>>,
    next: Cell<usize>,
    workers: Vec<JoinHandle<()>>,
}

impl Pool {
    pub fn new(workers: usize) -> Self {
        let (queues, jobs): (Vec<_>, Vec<_>) =
            (0..workers).map(|_| channel()).unzip();
        let start = |(n, jobs)| thread::spawn(move || work(n, &jobs));
        let workers = jobs.into_iter().enumerate().map(start).collect();
        let next = Cell::new(0);
        Self {
            queues,
            next,
            workers,
        }
    }

    pub fn submit(&self, job: impl FnOnce() + Send + 'static) {
        let n = self.next.get();
        self.next.set((n + 1) % self.queues.len());
        let job = Box::new(job);
        self.queues[n].send(job).expect("the worker is there");
    }

    #[timeline::lane("pool: finish")]
    pub fn finish(self) {
        drop(self.queues);
        for worker in self.workers {
            worker.join().unwrap();
        }
    }
}

fn work(n: usize, jobs: &Receiver<Job>) {
    while let Ok(job) = jobs.recv() {
        timeline::span(format!("worker {n}: at a job"), job);
    }
}

fn main() {
    let pool = Pool::new(2);
    pool.submit(|| println!("tea: poured"));
    pool.finish();
}
