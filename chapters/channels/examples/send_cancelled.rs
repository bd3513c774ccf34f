//! A client with a clock beside its jobs. Watch which jobs arrive.
use std::{collections::VecDeque, time::Duration};
use tokio::{sync::mpsc, time::sleep};

#[timeline::lane("client")]
async fn client(jobs: mpsc::Sender<u32>) {
    let mut outbox = VecDeque::from([1, 2, 3, 4, 5, 6]);
    while !outbox.is_empty() {
        tokio::select! {
            sent = jobs.send(outbox.pop_front().expect("it has one")) => {
                sent.expect("the worker is there");
            }
            () = sleep(Duration::from_millis(140)) => {
                println!("client: tick, the worker is slow");
            }
        }
    }
    println!("client: the outbox is empty");
}

#[timeline::lane("worker")]
async fn worker(mut jobs: mpsc::Receiver<u32>) {
    let mut done = Vec::new();
    while let Some(n) = jobs.recv().await {
        sleep(Duration::from_millis(200)).await;
        done.push(n);
    }
    println!("worker: has done {done:?}");
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let (sender, receiver) = mpsc::channel(1);
    tokio::join!(client(sender), worker(receiver));
}
