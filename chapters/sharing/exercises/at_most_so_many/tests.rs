//! What `run_limited` must do. The clock is paused: a second takes no time.

use std::panic::panic_any;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::time::Duration;

use timeline::LaneExt;
use tokio::time::{Instant, sleep, timeout};

use super::run_limited;

/// How many jobs have been made and have not ended, now and at most.
#[derive(Clone, Default)]
struct Count {
    now: Arc<AtomicUsize>,
    most: Arc<AtomicUsize>,
    /// How many have given their result.
    done: Arc<AtomicUsize>,
}

/// A job that has not ended. It ends by being dropped.
struct Counted(Count);

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.now.fetch_sub(1, SeqCst);
    }
}

impl Count {
    /// Makes a job that takes so many seconds, and gives them. One of 13
    /// panics.
    fn job(&self, seconds: u64) -> impl Future<Output = u64> + Send + 'static {
        let now = self.now.fetch_add(1, SeqCst) + 1;
        self.most.fetch_max(now, SeqCst);
        let counted = Counted(self.clone());
        let job = async move {
            sleep(Duration::from_secs(seconds)).await;
            if seconds == 13 {
                panic_any(
                    "the panic of a job has hit `run_limited`".to_owned(),
                );
            }
            counted.0.done.fetch_add(1, SeqCst);
            seconds
        };
        job.lane(format!("job of {seconds} s"))
    }
}

#[exercise::test]
async fn results_come_in_the_order_of_the_jobs() {
    let count = Count::default();
    let jobs = [3, 1, 2, 5, 4].into_iter().map(|s| count.job(s));
    let results: Vec<Option<u64>> = run_limited(jobs, 2).await;
    let wanted = [3, 1, 2, 5, 4].map(Some);
    assert_eq!(results, wanted, "results of jobs of 3, 1, 2, 5 and 4 s");
}

#[exercise::test]
async fn as_many_as_the_limit_run_at_a_time() {
    let (count, start) = (Count::default(), Instant::now());
    let jobs = [1; 12].into_iter().map(|s| count.job(s));
    run_limited(jobs, 3).await;
    let seconds = start.elapsed().as_secs();
    assert_eq!(seconds, 4, "seconds for 12 jobs of 1 s, three at a time");
}

#[exercise::test]
async fn a_job_is_made_when_it_can_begin() {
    let count = Count::default();
    let jobs = [1, 2, 3, 1, 2, 3, 1, 2, 3].into_iter();
    run_limited(jobs.map(|s| count.job(s)), 3).await;
    let most = count.most.load(SeqCst);
    assert_eq!(most, 3, "jobs that were made and had not ended, limit 3");
}

#[exercise::test]
async fn the_next_begins_when_any_has_ended() {
    let (count, start) = (Count::default(), Instant::now());
    let jobs = [5, 1, 1, 1, 1, 1].into_iter().map(|s| count.job(s));
    run_limited(jobs, 2).await;
    let seconds = start.elapsed().as_secs();
    assert_eq!(seconds, 5, "seconds for jobs of 5, 1, 1, 1, 1 and 1 s");
}

#[exercise::test]
async fn a_panic_is_one_result_and_gives_its_place_back() {
    let (count, start) = (Count::default(), Instant::now());
    let jobs = [13, 13, 1, 13, 2].into_iter().map(|s| count.job(s));
    let results: Vec<Option<u64>> = run_limited(jobs, 2).await;
    let wanted = [None, None, Some(1), None, Some(2)];
    assert_eq!(results, wanted, "results, where those of 13 s panic");
    let seconds = start.elapsed().as_secs();
    assert_eq!(
        seconds, 26,
        "seconds for 13, 13, 1, 13 and 2, two at a time"
    );
}

#[exercise::test]
async fn a_thousand_jobs_are_not_made_to_run_ten() {
    let count = Count::default();
    let jobs = (1..=1000).map(|_| count.job(60));
    let ended = timeout(Duration::from_secs(90), run_limited(jobs, 5)).await;
    assert!(
        ended.is_err(),
        "it has ended, and only ten jobs can be done"
    );
    let most = count.most.load(SeqCst);
    assert_eq!(most, 5, "jobs that were made and had not ended, limit 5");
}

#[exercise::test]
async fn dropped_it_stops() {
    let count = Count::default();
    let jobs = [10; 6].into_iter().map(|s| count.job(s));
    let ended = timeout(Duration::from_secs(15), run_limited(jobs, 2)).await;
    assert!(
        ended.is_err(),
        "it has ended after 15 s, with jobs for 30 s"
    );
    sleep(Duration::from_secs(600)).await;
    let done = count.done.load(SeqCst);
    assert_eq!(done, 2, "jobs done, though it was dropped after two");
}

#[exercise::test]
async fn no_jobs_are_no_results() {
    let count = Count::default();
    let jobs = [].into_iter().map(|s| count.job(s));
    let results: Vec<Option<u64>> = run_limited(jobs, 2).await;
    assert_eq!(results, [], "results of no jobs");
}
