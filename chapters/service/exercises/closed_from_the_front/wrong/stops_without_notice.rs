//! A service with a queue comes to its end. Watch what is left in the queue.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use timeline::LaneExt;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, timeout_at};
use tokio_util::sync::CancellationToken;

/// What a service has at its end.
#[derive(Debug)]
pub struct Service {
    /// What the load balancer looks at.
    pub ready: watch::Sender<bool>,
    /// Cancelled when no new requests shall come.
    pub no_more: CancellationToken,
    pub requests: JoinSet<()>,
    /// Cancelled when nothing more is put into the queue.
    pub empty: CancellationToken,
    pub workers: JoinSet<()>,
}

/// Ends the service from the front, and says how many tasks were aborted.
pub async fn shut_down(
    mut service: Service,
    notice: Duration,
    limit: Duration,
) -> usize {
    service.ready.send_replace(false);
    service.no_more.cancel();
    sleep(notice).await;
    let deadline = Instant::now() + limit;
    let mut aborted = ended_by(deadline, &mut service.requests).await;
    service.empty.cancel();
    aborted += ended_by(deadline, &mut service.workers).await;
    aborted
}

/// Waits until then, aborts those that are left, and says how many.
async fn ended_by(deadline: Instant, tasks: &mut JoinSet<()>) -> usize {
    let all = async { while tasks.join_next().await.is_some() {} };
    _ = timeout_at(deadline, all).await;
    let left = tasks.len();
    tasks.shutdown().await;
    left
}

type Queue = Arc<Mutex<Vec<u32>>>;

async fn request(queue: Queue) {
    sleep(Duration::from_millis(200)).await;
    queue.lock().unwrap().push(7);
    println!("request: promised");
}

async fn worker(queue: Queue, empty: CancellationToken) {
    loop {
        let job = queue.lock().unwrap().pop();
        match job {
            Some(_) => sleep(Duration::from_millis(100)).await,
            None if empty.is_cancelled() => return,
            None => sleep(Duration::from_millis(10)).await,
        }
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let queue = Queue::default();
    let mut service = Service {
        ready: watch::Sender::new(true),
        no_more: CancellationToken::new(),
        requests: JoinSet::new(),
        empty: CancellationToken::new(),
        workers: JoinSet::new(),
    };
    let empty = service.empty.clone();
    service
        .requests
        .spawn(request(queue.clone()).lane("request"));
    service
        .workers
        .spawn(worker(queue.clone(), empty).lane("worker"));
    let (notice, limit) =
        (Duration::from_millis(50), Duration::from_millis(500));
    let aborted = shut_down(service, notice, limit).lane("shutdown").await;
    println!("main: {aborted} aborted");
    println!("main: {} left", queue.lock().unwrap().len());
}

#[cfg(test)]
#[path = "../../../chapters/service/exercises/closed_from_the_front/tests.rs"]
mod tests;
