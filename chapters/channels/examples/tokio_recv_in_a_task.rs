//! A channel from Tokio between two tasks. Watch job 1.
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::sleep;

#[timeline::lane("worker")]
async fn worker(mut jobs: mpsc::Receiver<u32>) {
    println!("worker: ready");
    while let Some(n) = jobs.recv().await {
        println!("worker: job {n} is done");
    }
}

#[timeline::lane("client")]
async fn client(jobs: mpsc::Sender<u32>) {
    for n in 1..=3 {
        sleep(Duration::from_millis(100)).await;
        jobs.send(n).await.expect("the worker is there");
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let (sender, receiver) = mpsc::channel(8);
    tokio::join!(client(sender), worker(receiver));
}
