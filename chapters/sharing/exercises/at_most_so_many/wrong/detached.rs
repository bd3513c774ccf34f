//! Has the handles in a list, and leaves the tasks behind when it is dropped.

use std::sync::Arc;
use std::time::Duration;

use timeline::LaneExt;
use tokio::sync::Semaphore;
use tokio::time::sleep;

/// Runs all jobs, at most `limit` at a time, and gives what each gives, in
/// their order: `None` where it has panicked.
pub async fn run_limited<F>(
    jobs: impl Iterator<Item = F>,
    limit: usize,
) -> Vec<Option<F::Output>>
where
    F: Future<Output: Send> + Send + 'static,
{
    let places = Arc::new(Semaphore::new(limit));
    let mut tasks = Vec::new();
    let mut jobs = jobs;
    loop {
        let places = places.clone();
        let place = places.acquire_owned().await.expect("it stays open");
        let Some(job) = jobs.next() else { break };
        tasks.push(tokio::spawn(async move {
            let _place = place;
            job.await
        }));
    }
    let mut results = Vec::new();
    for task in tasks {
        results.push(task.await.ok());
    }
    results
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
