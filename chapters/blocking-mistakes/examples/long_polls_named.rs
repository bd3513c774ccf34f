//! Each future is timed, poll by poll. Watch which of them is named.
use std::future::poll_fn;
use std::pin::pin;
use std::time::{Duration, Instant};

const TOO_LONG: Duration = Duration::from_millis(50);

/// Polls a future as it is, and names it when a poll takes too long.
async fn timed<F: Future>(name: &str, future: F) -> F::Output {
    let mut future = pin!(future);
    poll_fn(|context| {
        let start = Instant::now();
        let poll = future.as_mut().poll(context);
        let took = start.elapsed();
        if took > TOO_LONG {
            println!("{name} held the thread for {} ms", took.as_millis());
        }
        poll
    })
    .await
}

async fn tea() {
    tokio::time::sleep(Duration::from_millis(500)).await;
}

async fn chop() -> usize {
    let is_prime = |p: &u32| (2..*p).all(|d| p % d != 0);
    (2..10_000).filter(is_prime).count()
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let (_, primes, _) = tokio::join!(
        timed("tea 1", tea()),
        timed("chop 2", chop()),
        timed("tea 3", tea()),
    );
    println!("{primes} primes");
}
