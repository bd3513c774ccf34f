//! Three teas at closing time, one of them without water. Watch who ends how.

use std::time::Duration;

use timeline::LaneExt;
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// Waits for the teas, for `grace` at most, then gives up the others.
///
/// Gives how many were given up, when no tea is left.
pub async fn close(
    teas: &TaskTracker,
    too_late: &CancellationToken,
    grace: Duration,
) -> usize {
    teas.close();
    if timeout(grace, teas.wait()).await.is_ok() {
        return 0;
    }
    let left = teas.len();
    too_late.cancel();
    teas.wait().await; // they still have to say so
    left
}

async fn tea(n: u32, too_late: CancellationToken) {
    let ms = [200, 400, 600_000][n as usize - 1];
    let tea = sleep(Duration::from_millis(ms)).lane(format!("tea {n}"));
    match too_late.run_until_cancelled(tea).await {
        Some(()) => println!("tea {n}: poured"),
        None => println!("tea {n}: given up"),
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let (teas, too_late) = (TaskTracker::new(), CancellationToken::new());
    for n in 1..=3 {
        teas.spawn(tea(n, too_late.clone()));
    }
    let grace = Duration::from_millis(500);
    let given_up = close(&teas, &too_late, grace).lane("close").await;
    println!("main: closed, {given_up} given up");
}

#[cfg(test)]
#[path = "../../../chapters/cancellation/exercises/kitchen_that_closes/tests.rs"]
mod tests;
