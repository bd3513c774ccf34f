//! A retry waits for minutes. Watch how long its test takes.
use paused::tokio; // its clock can be paused
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// Tries five times, and waits 1, 2, 4 and 8 minutes in between.
async fn retry<T, E>(
    mut work: impl AsyncFnMut() -> Result<T, E>,
) -> Result<T, E> {
    let mut pause = Duration::from_secs(60);
    for _ in 1..5 {
        if let Ok(done) = work().await {
            return Ok(done);
        }
        sleep(pause).await;
        pause *= 2;
    }
    work().await
}

#[tokio::main(flavor = "current_thread", start_paused = true)]
async fn test_until_it_works() {
    let start = Instant::now();
    let mut minutes = Vec::new();
    let answer = retry(async || {
        minutes.push(start.elapsed().as_secs() / 60);
        if minutes.len() < 4 {
            Err("busy")
        } else {
            Ok("tea")
        }
    });
    assert_eq!(answer.await, Ok("tea"));
    assert_eq!(minutes, [0, 1, 3, 7]);
    assert_eq!(start.elapsed(), Duration::from_secs(7 * 60)); // exactly
}

fn main() {
    let took = (0..10).map(|_| {
        let start = std::time::Instant::now();
        test_until_it_works();
        start.elapsed()
    });
    let least = took.min().unwrap().as_secs_f64() * 1e3;
    println!("ten tests, and the fastest took {least:.1} ms");
}
