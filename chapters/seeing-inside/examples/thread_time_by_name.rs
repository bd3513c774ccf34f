//! Three tasks share a thread. Watch who uses how much of it.
use std::future::poll_fn;
use std::pin::pin;
use std::time::{Duration, Instant};
use tokio::task::yield_now;
use tokio::time::sleep;

/// Polls a future as it is, and adds up what its polls take.
async fn measured<F: Future>(name: &str, future: F) {
    let (mut polls, mut longest, mut all) = (0, 0.0_f64, 0.0);
    let mut future = pin!(future);
    poll_fn(|context| {
        let start = Instant::now();
        let poll = future.as_mut().poll(context);
        let took = start.elapsed().as_secs_f64() * 1e3;
        polls += 1;
        longest = longest.max(took);
        all += took;
        poll.map(drop)
    })
    .await;
    println!("{name}: {polls} polls, longest {longest:.1} ms, all {all:.0} ms");
}

fn compute(until: u32) -> usize {
    let is_prime = |p: &u32| (2..*p).all(|d| p % d != 0);
    (2..until).filter(is_prime).count()
}

async fn waits() {
    sleep(Duration::from_millis(300)).await;
}

async fn one_large_piece() {
    compute(2_000);
}

async fn many_small_pieces() {
    for _ in 0..1_000 {
        compute(500);
        yield_now().await;
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let large = tokio::spawn(measured("large", one_large_piece()));
    let small = tokio::spawn(measured("small", many_small_pieces()));
    measured("waits", waits()).await;
    large.await.unwrap();
    small.await.unwrap();
}
