//! A bucket of five tokens, and a second in which nothing runs. Count.
use futures::future::join_all;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::time::Duration;
use tokio::sync::Semaphore;
use tokio::time::{MissedTickBehavior, interval, sleep};

/// How many tokens the bucket holds.
const ROOM: usize = 5;
static REQUESTS: AtomicU32 = AtomicU32::new(0);

async fn request(tokens: &Semaphore) {
    let token = tokens.acquire().await.expect("it is never closed");
    token.forget(); // used up, and not given back
    REQUESTS.fetch_add(1, Relaxed);
    sleep(Duration::from_millis(260)).await; // the shop answers
}

/// Puts a token in every 100 ms, unless the bucket is full.
async fn fill(tokens: &Semaphore) {
    let mut clock = interval(Duration::from_millis(100));
    clock.set_missed_tick_behavior(MissedTickBehavior::Skip);
    loop {
        clock.tick().await;
        if tokens.available_permits() < ROOM {
            tokens.add_permits(1);
        }
    }
}

async fn count() {
    for second in 1..=3 {
        match second {
            2 => std::thread::sleep(Duration::from_secs(1)), // nobody runs
            _ => sleep(Duration::from_secs(1)).await,
        }
        let requests = REQUESTS.swap(0, Relaxed);
        println!("second {second}: {requests} requests");
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let tokens = Semaphore::new(ROOM);
    let all = join_all((1..=1000).map(|_| request(&tokens)));
    tokio::select! {
        _ = all => println!("all done"),
        () = fill(&tokens) => {}
        () = count() => println!("stopped after three seconds"),
    }
}
