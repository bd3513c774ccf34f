//! One test, fifty times. Watch how often it fails.
use paused::tokio; // its clock can be paused
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::time::sleep;

async fn brew(done: &AtomicBool) {
    sleep(Duration::from_millis(10)).await; // boils
    sleep(Duration::from_millis(10)).await; // steeps
    done.store(true, Ordering::Relaxed);
}

/// The machine has other work for 6 ms.
async fn other_work(after: u64) {
    sleep(Duration::from_millis(after)).await;
    std::thread::sleep(Duration::from_millis(6));
}

/// Is the tea done after 25 ms?
#[tokio::main(flavor = "current_thread", start_paused = true)]
async fn test(run: u64) -> bool {
    let done = AtomicBool::new(false);
    let look = async {
        sleep(Duration::from_millis(25)).await; // should be enough
        done.load(Ordering::Relaxed)
    };
    tokio::join!(look, brew(&done), other_work(run % 20)).0
}

fn main() {
    let failed = (0..50).filter(|&run| !test(run)).count();
    println!("failed {failed} times out of 50");
}
