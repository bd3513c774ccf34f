//! Tells those who are too late, and does not stay to hear them.

use std::time::Duration;

use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

pub async fn close(
    teas: &TaskTracker,
    too_late: &CancellationToken,
    grace: Duration,
) -> usize {
    teas.close();
    _ = timeout(grace, teas.wait()).await;
    too_late.cancel();
    teas.len()
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let (teas, too_late) = (TaskTracker::new(), CancellationToken::new());
    let grace = Duration::from_millis(100);
    println!("{} given up", close(&teas, &too_late, grace).await);
}
