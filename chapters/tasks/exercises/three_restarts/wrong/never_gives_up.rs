//! Starts it again until it gives something.

use std::time::Duration;

use timeline::LaneExt;
use tokio::task::{JoinError, JoinSet};
use tokio::time::sleep;

/// So often a task is started again, and no more.
pub const RESTARTS: usize = 3;

/// Runs what `start` gives as a task, and starts it again where it panics.
///
/// # Errors
/// The last panic, where there have been more than `RESTARTS`.
pub async fn supervise<F, T>(
    mut start: impl FnMut() -> F,
) -> Result<T, JoinError>
where
    F: Future<Output = T> + Send + 'static,
    T: Send + 'static,
{
    loop {
        if let Ok(output) = run(start()).await {
            return Ok(output);
        }
    }
}

/// Runs one future as a task that ends with this function, however that ends.
async fn run<F>(future: F) -> Result<F::Output, JoinError>
where
    F: Future<Output: Send> + Send + 'static,
{
    let mut only = JoinSet::new();
    only.spawn(future);
    only.join_next().await.expect("there is one task in it")
}

async fn tea(attempt: u32) -> u32 {
    sleep(Duration::from_millis(300)).await;
    assert!(attempt > 2, "attempt {attempt}: spilled");
    println!("attempt {attempt}: poured");
    attempt
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let mut attempt = 0;
    let start = || {
        attempt += 1;
        tea(attempt).lane(format!("attempt {attempt}"))
    };
    match supervise(start).await {
        Ok(attempt) => println!("main: a cup, by attempt {attempt}"),
        Err(_) => println!("main: no cup, and {RESTARTS} restarts"),
    }
}
