//! When `work_through` must give way. Nothing computes here: a job notes what
//! it would take.

use std::cell::RefCell;
use std::pin::pin;

use futures::poll;
use tokio::task::yield_now;

use super::work_through;

/// The jobs of each poll.
async fn by_poll(jobs: &[u64]) -> Vec<Vec<u64>> {
    let now = RefCell::new(Vec::new());
    let mut all = Vec::new();
    let mut work =
        pin!(work_through(jobs, |micros| now.borrow_mut().push(micros)));
    loop {
        let ready = poll!(work.as_mut()).is_ready();
        all.push(now.take());
        if ready || all.len() == 1000 {
            return all;
        }
        yield_now().await; // others have a turn
    }
}

#[exercise::test]
async fn it_does_all_jobs_in_their_order() {
    let jobs: Vec<u64> = (1..=100).collect();
    let done = by_poll(&jobs).await.concat();
    assert_eq!(done, jobs, "the jobs, as done");
}

#[exercise::test]
async fn after_a_large_job_the_others_have_a_turn() {
    let polls = by_poll(&[5000, 200, 5000]).await;
    let wanted = [[5000], [200], [5000]];
    assert_eq!(polls, wanted, "the jobs of each poll, in µs");
}

#[exercise::test]
async fn small_jobs_are_done_together() {
    let polls = by_poll(&[5; 60]).await;
    let jobs: Vec<_> = polls.iter().map(Vec::len).collect();
    assert_eq!(jobs, [20, 20, 20], "how many jobs of 5 µs a poll does");
}

#[exercise::test]
async fn small_and_large_ones_count_together() {
    let polls = by_poll(&[60, 30, 10, 40, 70, 300, 20]).await;
    let wanted = [vec![60, 30, 10], vec![40, 70], vec![300], vec![20]];
    assert_eq!(polls, wanted, "the jobs of each poll, in µs");
}

#[exercise::test]
async fn a_turn_is_not_given_too_early() {
    let polls = by_poll(&[99, 99, 1, 99]).await;
    let wanted = [vec![99, 99], vec![1, 99]];
    assert_eq!(polls, wanted, "the jobs of each poll, in µs");
}

#[exercise::test]
async fn after_the_last_job_there_is_no_turn() {
    assert_eq!(by_poll(&[500]).await, [[500]], "the jobs of each poll");
    assert_eq!(by_poll(&[]).await, [[0; 0]], "the jobs of each poll");
}
