//! How many workers, if nobody says? Watch what the number follows.
use std::{env, thread};
use tokio::runtime::{Builder, Runtime};

fn workers(runtime: &Runtime) -> usize {
    runtime.handle().metrics().num_workers()
}

fn main() {
    let cores = thread::available_parallelism().unwrap();
    println!("cores for this process: {cores}");

    let name = "TOKIO_WORKER_THREADS";
    let asked = env::var(name).unwrap_or("not set".to_owned());
    println!("{name}: {asked}");

    let by_default = Runtime::new().unwrap();
    println!("Runtime::new: {} workers", workers(&by_default));

    let mut builder = Builder::new_multi_thread();
    let with_two = builder.worker_threads(2).build().unwrap();
    println!("worker_threads(2): {} workers", workers(&with_two));
}
