//! A quick client, a slow worker, room for two jobs. Watch who waits.
use std::time::Duration;
use timeline::LaneExt;
use tokio::{sync::mpsc, time::sleep};

#[timeline::lane("client")]
async fn client(jobs: mpsc::Sender<u32>) {
    for n in 1..=6 {
        let send = jobs.send(n).waits_for("a place");
        send.await.expect("the worker is there");
        println!("client: job {n} is in");
    }
}

#[timeline::lane("worker")]
async fn worker(mut jobs: mpsc::Receiver<u32>) {
    while let Some(n) = jobs.recv().waits_for("a job").await {
        sleep(Duration::from_millis(200)).await;
        println!("worker: job {n} is done");
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let (sender, receiver) = mpsc::channel(2);
    tokio::join!(client(sender), worker(receiver));
}
