//! Eight tasks on four threads count visits. Watch the total.
use std::sync::{Arc, Mutex};
use tokio::task::{JoinSet, yield_now};

/// What all of them share.
#[derive(Default)]
struct Visits {
    count: u64,
    last: String,
}

async fn visitor(n: u32, visits: Arc<Mutex<Visits>>) {
    for page in 1..=10_000 {
        {
            let mut visits = visits.lock().unwrap();
            visits.count += 1;
            visits.last = format!("visitor {n}, page {page}");
        } // unlocked here
        yield_now().await; // reads the page
    }
}

#[tokio::main(worker_threads = 4)]
async fn main() {
    let visits = Arc::new(Mutex::new(Visits::default()));
    let mut visitors = JoinSet::new();
    for n in 1..=8 {
        visitors.spawn(visitor(n, Arc::clone(&visits)));
    }
    visitors.join_all().await;
    let visits = visits.lock().unwrap();
    println!("{} visits, the last: {}", visits.count, visits.last);
}
