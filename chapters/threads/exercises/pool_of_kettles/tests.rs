//! What the pool must do. Jobs tell by channels what has happened; where one
//! waits for ever, so does its test.

use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::mpsc::{channel, sync_channel};
use std::sync::{Arc, Barrier, Mutex};
use std::time::Duration;

use super::Pool;

#[exercise::test]
fn a_job_may_wait_for_the_next_one() {
    let pool = Pool::new(2);
    let (milk, fridge) = channel();
    pool.submit(move || fridge.recv().expect("the milk comes"));
    pool.submit(move || milk.send(()).expect("the tea waits"));
    pool.finish();
}

#[exercise::test]
fn as_many_jobs_run_as_there_are_workers() {
    let pool = Pool::new(3);
    let all_three = Arc::new(Barrier::new(3));
    for _ in 1..=3 {
        let all_three = all_three.clone();
        pool.submit(move || {
            all_three.wait();
        });
    }
    pool.finish();
}

#[exercise::test]
fn never_more_jobs_run_than_there_are_workers() {
    let pool = Pool::new(2);
    let (begun, beginnings) = channel();
    // A job goes on when it is told to. There is room for all that is told.
    let (go_on, told) = sync_channel(3);
    let told = Arc::new(Mutex::new(told));
    let under_way = Arc::new(AtomicUsize::new(0));
    for _ in 1..=3 {
        let (begun, told, under_way) =
            (begun.clone(), told.clone(), under_way.clone());
        pool.submit(move || {
            let now = under_way.fetch_add(1, SeqCst) + 1;
            begun.send(now).expect("the test listens");
            let told = told.lock().unwrap().recv();
            under_way.fetch_sub(1, SeqCst);
            told.expect("the test tells it to go on");
        });
    }
    let first = [beginnings.recv().unwrap(), beginnings.recv().unwrap()];
    assert_eq!(
        first.iter().max(),
        Some(&2),
        "jobs under way, with 2 workers"
    );
    let third = beginnings.recv_timeout(Duration::from_millis(300));
    assert!(third.is_err(), "a third job has begun, with 2 workers");
    for _ in 1..=3 {
        go_on.send(()).unwrap();
    }
    pool.finish();
}

#[exercise::test]
fn a_free_worker_takes_the_next_job_whichever_it_is() {
    let pool = Pool::new(2);
    let (milk, fridge) = channel();
    pool.submit(move || fridge.recv().expect("the milk comes"));
    pool.submit(|| ());
    pool.submit(move || milk.send(()).expect("the tea waits"));
    pool.finish();
}

#[exercise::test]
fn one_worker_does_all_jobs_in_their_order() {
    let pool = Pool::new(1);
    let (done, dones) = channel();
    for n in 1..=50 {
        let done = done.clone();
        pool.submit(move || done.send(n).expect("the test listens"));
    }
    drop(done);
    pool.finish();
    let order: Vec<_> = dones.iter().collect();
    assert_eq!(order, (1..=50).collect::<Vec<_>>(), "the jobs, as done");
}
