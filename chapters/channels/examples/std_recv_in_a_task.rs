//! A channel from the standard library between two futures. Watch job 1.
use std::sync::mpsc;
use std::time::Duration;
use tokio::time::sleep;

#[timeline::lane("worker")]
async fn worker(jobs: mpsc::Receiver<u32>) {
    println!("worker: ready");
    while let Ok(n) = jobs.recv() {
        println!("worker: job {n} is done");
    }
}

#[timeline::lane("client")]
async fn client(jobs: mpsc::Sender<u32>) {
    for n in 1..=3 {
        sleep(Duration::from_millis(100)).await;
        jobs.send(n).expect("the worker is there");
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let (sender, receiver) = mpsc::channel();
    tokio::join!(client(sender), worker(receiver));
}
