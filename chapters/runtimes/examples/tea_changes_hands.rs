//! A tea on two workers, one of which is held. Watch who pours.
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::{thread, time::Duration};
use tokio::{runtime::Builder, time::sleep};

static WORKERS: AtomicU32 = AtomicU32::new(0);

fn worker() -> String {
    thread::current().name().unwrap().to_owned()
}

#[timeline::lane("{worker} is held")]
fn hold(worker: &str) {
    thread::sleep(Duration::from_millis(1500)); // Oops!
}

#[timeline::lane("tea {n}")]
async fn tea(n: u32) -> bool {
    let first = worker();
    println!("tea {n}: kettle on, by {first}");
    tokio::spawn(async { hold(&worker()) });
    sleep(Duration::from_secs(1)).await;
    println!("tea {n}: poured, by {}", worker());
    first != worker()
}

fn main() {
    let mut builder = Builder::new_multi_thread();
    builder.worker_threads(2).enable_time();
    builder.thread_name_fn(|| {
        format!("worker {}", 1 + WORKERS.fetch_add(1, Relaxed))
    });
    let runtime = builder.build().unwrap();
    let changed = runtime.block_on(runtime.spawn(tea(1))).unwrap();
    println!("main: two workers had a hand in it: {changed}");
}
