//! A runtime with one worker, asked by another thread. Watch the queue.
use std::{thread, time::Duration};
use tokio::runtime::Builder;
use tokio::time::sleep;

async fn order() {
    sleep(Duration::from_millis(10)).await;
}

async fn large_order() {
    thread::sleep(Duration::from_millis(240)); // Oops!
}

fn main() {
    let runtime = Builder::new_multi_thread()
        .worker_threads(1)
        .enable_time()
        .build()
        .unwrap();
    let metrics = runtime.metrics();
    let mut parks = 0;
    for look in 1..=10 {
        if look == 4 {
            runtime.spawn(large_order());
        }
        runtime.spawn(order());
        thread::sleep(Duration::from_millis(50));
        let alive = metrics.num_alive_tasks();
        let queued = metrics.global_queue_depth();
        let before = parks;
        parks = metrics.worker_park_count(0);
        let parked = parks - before;
        println!(
            "{look}: {alive} alive, {queued} queued, parked {parked} times"
        );
    }
}
