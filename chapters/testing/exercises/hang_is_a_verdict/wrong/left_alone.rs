//! Three tests: one is well, one panics, one waits for ever. Watch the last.

use std::future::pending;
use std::time::Duration;

use tokio::time::{sleep, timeout};

/// What came of a test.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    Ok,
    Failed,
    Hangs,
}

/// Runs a test. One that is not done within an hour on the paused clock hangs.
pub async fn verdict(
    test: impl Future<Output = ()> + Send + 'static,
) -> Verdict {
    let hour = Duration::from_secs(3600);
    match timeout(hour, tokio::spawn(test)).await {
        Ok(Ok(())) => Verdict::Ok,
        Ok(Err(_)) => Verdict::Failed,
        Err(_) => Verdict::Hangs,
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    tokio::time::pause();
    println!("{:?}", verdict(sleep(Duration::from_secs(600))).await);
    println!("{:?}", verdict(async { assert_eq!(1 + 1, 3) }).await);
    println!("{:?}", verdict(pending()).await);
}
