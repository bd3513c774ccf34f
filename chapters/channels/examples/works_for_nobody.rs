//! Clients that wait for 350 ms and no longer. Watch whom the worker works for.
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};
use tokio::time::{sleep, timeout};

struct Job {
    n: u32,
    reply: oneshot::Sender<u32>,
}

#[timeline::lane("worker")]
async fn worker(mut jobs: mpsc::Receiver<Job>) {
    while let Some(Job { n, reply }) = jobs.recv().await {
        sleep(Duration::from_millis(200)).await;
        match reply.send(n * n) {
            Ok(()) => println!("worker: job {n} is done"),
            Err(_) => println!("worker: job {n} is done, for nobody"),
        }
    }
}

#[timeline::lane("client {n}")]
async fn client(n: u32, jobs: mpsc::Sender<Job>) {
    let (reply, answer) = oneshot::channel();
    jobs.send(Job { n, reply }).await.expect("it is open");
    match timeout(Duration::from_millis(350), answer).await {
        Ok(answer) => println!("client {n}: has {}", answer.unwrap()),
        Err(_) => println!("client {n}: leaves"), // `answer` is dropped
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let (sender, jobs) = mpsc::channel(8);
    let worker = tokio::spawn(worker(jobs));
    for n in 1..=5 {
        tokio::spawn(client(n, sender.clone()));
    }
    sleep(Duration::from_millis(300)).await;
    client(6, sender).await; // later than the others
    worker.await.unwrap();
}
