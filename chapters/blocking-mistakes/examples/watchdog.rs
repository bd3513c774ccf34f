//! A thread looks after the runtime's only thread. Watch when it barks.
use std::{thread, time::Duration};
use tokio::runtime::{Handle, RuntimeMetrics};

/// Looks every 300 ms whether the worker has been to sleep since.
fn watchdog(metrics: &RuntimeMetrics) {
    let mut before = 0;
    loop {
        thread::sleep(Duration::from_millis(300));
        let count = metrics.worker_park_unpark_count(0);
        let asleep = count % 2 == 1;
        if count == before && !asleep {
            println!("watchdog: the thread is held!");
        }
        before = count;
    }
}

#[timeline::lane("tea {n}")]
async fn tea(n: u32) {
    println!("tea {n}: kettle on");
    tokio::time::sleep(Duration::from_secs(1)).await;
    println!("tea {n}: poured");
}

#[timeline::lane("tea {n}")]
async fn wrong_tea(n: u32) {
    println!("tea {n}: kettle on");
    thread::sleep(Duration::from_secs(1)); // Oops!
    println!("tea {n}: poured");
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let metrics = Handle::current().metrics();
    thread::spawn(move || watchdog(&metrics));
    tea(1).await;
    wrong_tea(2).await;
    tea(3).await;
}
