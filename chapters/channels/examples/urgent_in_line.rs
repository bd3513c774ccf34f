//! One urgent job behind twenty ordinary ones. Watch its place in the order.
use std::time::Duration;
use tokio::{sync::mpsc, time::sleep};

async fn work(mut jobs: mpsc::Receiver<&str>) {
    let mut order = Vec::new();
    while let Some(job) = jobs.recv().await {
        sleep(Duration::from_millis(30)).await;
        order.push(job);
    }
    let before = order.iter().position(|&job| job == "urgent");
    println!("worker: {} jobs done", order.len());
    println!("worker: {} before the urgent one", before.unwrap());
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let (sender, jobs) = mpsc::channel(32);
    let worker = tokio::spawn(work(jobs));
    for _ in 1..=20 {
        sender.send("ordinary").await.unwrap();
    }
    sleep(Duration::from_millis(100)).await;
    sender.send("urgent").await.unwrap();
    drop(sender);
    worker.await.unwrap();
}
