//! One urgent job behind twenty ordinary ones. Watch its place in the order.
use std::time::Duration;
use tokio::{sync::mpsc, time::sleep};

type Jobs = mpsc::Receiver<&'static str>;

async fn work(mut urgent: Jobs, mut jobs: Jobs) {
    let mut order = Vec::new();
    loop {
        let job = tokio::select! {
            biased;
            Some(job) = urgent.recv() => job,
            Some(job) = jobs.recv() => job,
            else => break,
        };
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
    let (urgent_sender, urgent) = mpsc::channel(32);
    let worker = tokio::spawn(work(urgent, jobs));
    for _ in 1..=20 {
        sender.send("ordinary").await.unwrap();
    }
    sleep(Duration::from_millis(100)).await;
    urgent_sender.send("urgent").await.unwrap();
    drop((sender, urgent_sender));
    worker.await.unwrap();
}
