//! What `run_all` must do. Jobs count who is under way, and wait for each other
//! for a second at most.

use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::Duration;

use super::run_all;

#[derive(Default)]
struct Seen {
    under_way: usize,
    most: usize,
    in_vain: bool,
}

/// Counts the jobs that are under way at once.
#[derive(Default)]
struct Counter {
    seen: Mutex<Seen>,
    changed: Condvar,
}

impl Counter {
    /// A job: it waits until `wanted` are under way, until somebody has waited
    /// for that in vain, or for `patience`.
    fn job(&self, wanted: usize, patience: Duration) {
        let mut seen = self.seen.lock().unwrap();
        seen.under_way += 1;
        seen.most = seen.most.max(seen.under_way);
        self.changed.notify_all();
        let too_few = |seen: &mut Seen| seen.most < wanted && !seen.in_vain;
        let waited = self.changed.wait_timeout_while(seen, patience, too_few);
        let (mut seen, waited) = waited.unwrap();
        seen.in_vain |= waited.timed_out();
        seen.under_way -= 1;
        self.changed.notify_all();
    }
}

/// So many jobs of which each hopes for so many at a time; gives how many there
/// were at most.
fn most_under_way(
    jobs: usize,
    limit: usize,
    wanted: usize,
    patience: Duration,
) -> usize {
    let counter = Arc::new(Counter::default());
    let job = |_| {
        let counter = counter.clone();
        move || counter.job(wanted, patience)
    };
    run_all((1..=jobs).map(job).collect(), limit);
    counter.seen.lock().unwrap().most
}

/// Waits for a word, and not for ever.
fn comes(word: &Receiver<()>) -> bool {
    word.recv_timeout(Duration::from_secs(1)).is_ok()
}

#[exercise::test]
fn as_many_are_under_way_as_the_limit_allows() {
    let most = most_under_way(9, 3, 3, Duration::from_secs(1));
    assert_eq!(most, 3, "jobs under way at once, of 9, with 3 threads");
}

#[exercise::test]
fn never_are_more_under_way_than_the_limit_allows() {
    let most = most_under_way(9, 3, 4, Duration::from_millis(300));
    assert_eq!(most, 3, "jobs under way at once, of 9, with 3 threads");
}

#[exercise::test]
fn while_one_job_takes_long_the_other_thread_does_all_others() {
    let (done, word) = channel();
    let mut jobs: Vec<Box<dyn FnOnce() -> bool + Send>> = Vec::new();
    jobs.push(Box::new(move || (2..=6).all(|_| comes(&word))));
    for _ in 2..=6 {
        let done = done.clone();
        jobs.push(Box::new(move || done.send(()).is_ok()));
    }
    let results = run_all(jobs, 2);
    assert!(results[0], "jobs 2 to 6 were not done while job 1 waited");
}

#[exercise::test]
fn the_results_come_in_the_order_of_the_jobs() {
    let (second_is_done, word) = channel();
    let mut jobs: Vec<Box<dyn FnOnce() -> u32 + Send>> = Vec::new();
    jobs.push(Box::new(move || {
        comes(&word);
        1
    }));
    jobs.push(Box::new(|| 2));
    jobs.push(Box::new(move || {
        let _ = second_is_done.send(());
        3
    }));
    let results = run_all(jobs, 3);
    assert_eq!(results, [1, 2, 3], "the results, where job 1 is done last");
}

#[exercise::test]
fn with_a_limit_of_one_they_run_in_turn() {
    let order = Arc::new(Mutex::new(Vec::new()));
    let job = |n| {
        let order = order.clone();
        move || {
            order.lock().unwrap().push(n);
            thread::current().id()
        }
    };
    run_all((1..=5).map(job).collect(), 1);
    assert_eq!(*order.lock().unwrap(), [1, 2, 3, 4, 5], "as they were done");
}

#[exercise::test]
fn a_limit_beyond_the_number_of_jobs_does_no_harm() {
    let jobs = (1..=2).map(|n| move || n).collect();
    assert_eq!(run_all(jobs, 8), [1, 2]);
}
