//! Three wakes before anybody waits. Watch how many waits they are good for.
use std::time::Duration;
use tokio::{sync::Notify, time::timeout};

/// Waits for a wake, though not for long.
async fn wait(what: &str, bell: &Notify) {
    match timeout(Duration::from_millis(100), bell.notified()).await {
        Ok(()) => println!("{what}: woken"),
        Err(_) => println!("{what}: still waiting"),
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let bell = Notify::new();
    for _ in 1..=3 {
        bell.notify_one();
    }
    for n in 1..=3 {
        wait(&format!("after three notify_one, wait {n}"), &bell).await;
    }

    bell.notify_waiters();
    wait("after notify_waiters", &bell).await;
}
