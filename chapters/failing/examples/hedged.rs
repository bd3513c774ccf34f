//! Five hundred requests, first as they are, then hedged. Watch the slowest.
use fastrand::Rng;
use std::pin::pin;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::time::Duration;
use tokio::time::{Instant, sleep};

const USUAL: Duration = Duration::from_millis(20);

static REQUESTS: AtomicU32 = AtomicU32::new(0);

/// Three of a hundred are slow.
async fn request(seed: u64) {
    REQUESTS.fetch_add(1, Relaxed);
    let is_slow = Rng::with_seed(seed).u32(0..100) < 3;
    sleep(if is_slow { 20 * USUAL } else { USUAL }).await;
}

/// Where the first takes long, a second one runs beside it.
async fn hedged(seed: u64) {
    let mut first = pin!(request(seed));
    tokio::select! {
        () = &mut first => return,
        () = sleep(3 * USUAL) => {}
    }
    tokio::select! {
        () = &mut first => {}
        () = request(seed + 1000) => {}
    }
}

async fn timed(name: &str, request: impl AsyncFn(u64)) {
    let mut times = Vec::new();
    REQUESTS.store(0, Relaxed);
    let one = async |seed| {
        let start = Instant::now();
        request(seed).await;
        start.elapsed().as_millis()
    };
    times.extend(futures::future::join_all((0..500).map(one)).await);
    times.sort_unstable();
    let (half, p99) = (times[250], times[495]);
    let sent = REQUESTS.load(Relaxed);
    println!("{name}: half in {half} ms, 99 % in {p99} ms, {sent} requests");
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    timed("plain", request).await;
    timed("hedged", hedged).await;
}
