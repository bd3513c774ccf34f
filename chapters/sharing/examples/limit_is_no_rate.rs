//! A shop allows ten requests a second, and we have ten permits. Count.
use futures::future::join_all;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::time::Duration;
use tokio::{sync::Semaphore, time::sleep};

static REQUESTS: AtomicU32 = AtomicU32::new(0);

async fn request(permits: &Semaphore) {
    let _permit = permits.acquire().await.expect("it is never closed");
    REQUESTS.fetch_add(1, Relaxed);
    sleep(Duration::from_millis(260)).await; // the shop answers
}

async fn count() {
    for second in 1..=3 {
        sleep(Duration::from_secs(1)).await;
        let requests = REQUESTS.swap(0, Relaxed);
        println!("second {second}: {requests} requests");
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let permits = Semaphore::new(10);
    let all = join_all((1..=1000).map(|_| request(&permits)));
    tokio::select! {
        _ = all => println!("all done"),
        () = count() => println!("stopped after three seconds"),
    }
}
