//! A timer beside a task that is always ready. Watch how late it is noticed.
use std::time::{Duration, Instant};
use std::{future::poll_fn, task::Poll, thread};
use tokio::{runtime::Builder, time::sleep};

/// Holds the thread for a millisecond at each poll, and wakes itself.
async fn busy() {
    poll_fn(|context| {
        thread::sleep(Duration::from_millis(1)); // Oops!
        context.waker().wake_by_ref();
        Poll::<()>::Pending
    })
    .await;
}

/// Wants to go on after a millisecond, and says by how much it was late.
async fn neighbour() -> Duration {
    let due = Instant::now() + Duration::from_millis(1);
    sleep(Duration::from_millis(1)).await;
    due.elapsed()
}

fn main() {
    for interval in [1, 61, 300] {
        let runtime = Builder::new_current_thread()
            .enable_time()
            .event_interval(interval)
            .build()
            .unwrap();
        runtime.spawn(busy());
        let late = runtime.block_on(neighbour()).as_millis();
        println!("event_interval({interval}): {late} ms late");
    }
}
