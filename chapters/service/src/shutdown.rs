//! How a service ends: first it says so, then it stops, then it waits.
use crate::tokio::time::{sleep, timeout};
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// Whether new clients may come, as the load balancer asks.
#[derive(Debug)]
pub struct Ready(AtomicBool);

impl Default for Ready {
    fn default() -> Self {
        Self(AtomicBool::new(true))
    }
}

impl Ready {
    #[must_use]
    pub fn get(&self) -> bool {
        self.0.load(Relaxed)
    }
}

/// Ends a service, and says whether all that it had begun was done in time.
/// `stop` tells what is under way to end, and `under_way` waits for that.
pub async fn shut_down(
    ready: &Ready,
    notice: Duration,
    stop: &CancellationToken,
    under_way: impl Future,
    deadline: Duration,
) -> bool {
    ready.0.store(false, Relaxed); // new clients go elsewhere,
    sleep(notice).await; // when the load balancer has asked
    stop.cancel(); // no new connections, no new jobs
    timeout(deadline, under_way).await.is_ok()
}
