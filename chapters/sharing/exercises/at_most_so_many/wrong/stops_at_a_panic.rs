//! Ends its loop at the first panic.

use std::time::Duration;

use timeline::LaneExt;
use tokio::task::JoinSet;
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
    let mut tasks = JoinSet::new();
    let mut results = Vec::new();
    let mut jobs = jobs.enumerate();
    loop {
        while tasks.len() < limit
            && let Some((n, job)) = jobs.next()
        {
            tasks.spawn(async move { (n, job.await) });
            results.push(None);
        }
        let Some(Ok((n, result))) = tasks.join_next().await else {
            break;
        };
        results[n] = Some(result);
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
