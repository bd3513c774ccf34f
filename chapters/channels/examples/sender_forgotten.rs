//! Three clients bring their jobs and leave. Watch for the last line.
use std::time::Duration;
use timeline::LaneExt;
use tokio::{sync::mpsc, time::sleep};

#[timeline::lane("client {n}")]
async fn client(n: u32, jobs: mpsc::Sender<String>) {
    for k in 1..=2 {
        sleep(Duration::from_millis(100)).await;
        jobs.send(format!("{n}.{k}")).await.expect("it is open");
    }
    println!("client {n}: leaves");
}

#[timeline::lane("worker")]
async fn worker(mut jobs: mpsc::Receiver<String>) -> u32 {
    let mut done = 0;
    while let Some(job) = jobs.recv().waits_for("a job").await {
        println!("worker: job {job} is done");
        done += 1;
    }
    done
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let (sender, jobs) = mpsc::channel(8);
    for n in 1..=3 {
        tokio::spawn(client(n, sender.clone()));
    }
    let done = worker(jobs).await;
    println!("main: {done} jobs are done");
}
