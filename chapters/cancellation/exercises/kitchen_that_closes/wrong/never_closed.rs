//! Forgets to say that no more teas will come.

use std::time::Duration;

use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

pub async fn close(
    teas: &TaskTracker,
    too_late: &CancellationToken,
    grace: Duration,
) -> usize {
    if timeout(grace, teas.wait()).await.is_ok() {
        return 0;
    }
    let left = teas.len();
    too_late.cancel();
    teas.wait().await;
    left
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let (teas, too_late) = (TaskTracker::new(), CancellationToken::new());
    let grace = Duration::from_millis(100);
    println!("{} given up", close(&teas, &too_late, grace).await);
}
