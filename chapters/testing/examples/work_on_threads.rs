//! Work of 300 ms on a thread, and a limit of 100 ms. Watch who is in time.
use paused::tokio; // its clock can be paused
use std::time::Duration;
use tokio::sync::oneshot;
use tokio::task::spawn_blocking;
use tokio::time::{Instant, timeout};

fn work() -> u32 {
    std::thread::sleep(Duration::from_millis(300));
    42
}

async fn on_a_thread() -> u32 {
    let (sender, receiver) = oneshot::channel();
    std::thread::spawn(|| sender.send(work()));
    receiver.await.unwrap()
}

async fn limited(name: &str, work: impl Future) {
    let start = Instant::now();
    let done = timeout(Duration::from_millis(100), work).await;
    let (in_time, clock) = (done.is_ok(), start.elapsed());
    println!("{name}: in time? {in_time}, its clock says {clock:?}");
}

#[tokio::main(flavor = "current_thread", start_paused = true)]
async fn main() {
    limited("std::thread", on_a_thread()).await;
    limited("spawn_blocking", spawn_blocking(work)).await;
}
