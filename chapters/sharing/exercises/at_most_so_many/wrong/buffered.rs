//! Holds the place of a job until those before it have ended.

use std::time::Duration;

use futures::{StreamExt, stream};
use timeline::LaneExt;
use tokio::time::sleep;
use tokio_util::task::AbortOnDropHandle;

/// Runs all jobs, at most `limit` at a time, and gives what each gives, in
/// their order: `None` where it has panicked.
pub async fn run_limited<F>(
    jobs: impl Iterator<Item = F>,
    limit: usize,
) -> Vec<Option<F::Output>>
where
    F: Future<Output: Send> + Send + 'static,
{
    stream::iter(jobs)
        .map(|job| AbortOnDropHandle::new(tokio::spawn(job)))
        .buffered(limit)
        .map(Result::ok)
        .collect()
        .await
}

fn job(n: u64) -> impl Future<Output = u64> + Send + 'static {
    println!("job {n}: made");
    let job = async move {
        sleep(Duration::from_millis(if n == 1 { 500 } else { 200 })).await;
        println!("job {n}: done");
        n * n
    };
    job.lane(format!("job {n}"))
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    println!("{:?}", run_limited((1..=6).map(job), 2).await);
}
