//! What `run` must do: two threads poll from one queue, and both end. Who meets
//! at a barrier holds a thread until then.

use std::collections::HashSet;
use std::future::poll_fn;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc;
use std::sync::{Arc, Barrier, Mutex};
use std::task::{Poll, Waker};
use std::thread;
use std::time::Duration;

use timeline::LaneExt;

use super::{Job, run};

/// Holds its thread, until the other one is there.
fn meets(both: &Arc<Barrier>) -> Job {
    let both = Arc::clone(both);
    let meets = async move {
        both.wait();
    };
    Box::pin(meets.lane("who waits for the other"))
}

/// `Pending` so many times, and woken at once each time.
fn wakes_itself(mut times: u32) -> Job {
    Box::pin(poll_fn(move |cx| {
        if times == 0 {
            return Poll::Ready(());
        }
        times -= 1;
        cx.waker().wake_by_ref();
        Poll::Pending
    }))
}

fn nothing() -> Job {
    Box::pin(async {})
}

#[exercise::test]
fn two_that_hold_their_threads_meet() {
    let both = Arc::new(Barrier::new(2));
    run(vec![meets(&both), meets(&both), nothing(), nothing()]);
}

#[exercise::test]
fn who_is_free_takes_the_next_from_the_same_queue() {
    let both = Arc::new(Barrier::new(2));
    run(vec![meets(&both), nothing(), meets(&both), nothing()]);
    let both = Arc::new(Barrier::new(2));
    run(vec![meets(&both), nothing(), nothing(), meets(&both)]);
}

#[exercise::test]
fn there_are_no_more_than_two_threads() {
    let both = Arc::new(Barrier::new(2));
    let threads = Arc::new(Mutex::new(HashSet::new()));
    let notes = || {
        let (both, threads) = (Arc::clone(&both), Arc::clone(&threads));
        Box::pin(async move {
            threads.lock().unwrap().insert(thread::current().id());
            both.wait(); // so that each thread takes its share
            thread::sleep(Duration::from_millis(5));
        }) as Job
    };
    run((0..20).map(|_| notes()).collect());
    let threads = threads.lock().unwrap();
    assert_eq!(threads.len(), 2, "threads that polled");
    let own = threads.contains(&thread::current().id());
    assert!(own, "the thread that called `run` has polled nothing");
}

#[exercise::test]
fn the_worker_that_sleeps_is_told_of_the_end() {
    let (send, wakers) = mpsc::channel::<Waker>();
    let rung = Arc::new(AtomicBool::new(false));
    let to_ring = Arc::clone(&rung);
    thread::spawn(move || {
        let waker = wakers.recv().unwrap();
        thread::sleep(Duration::from_millis(100)); // both sleep by now
        to_ring.store(true, Ordering::SeqCst);
        waker.wake();
    });
    let bell = poll_fn(move |cx| {
        if rung.load(Ordering::SeqCst) {
            return Poll::Ready(());
        }
        let _ = send.send(cx.waker().clone());
        Poll::Pending
    });
    timeline::span("run", || run(vec![Box::pin(bell.lane("bell"))]));
}

#[exercise::test]
fn a_task_is_polled_by_one_at_a_time() {
    let inside = Arc::new(AtomicUsize::new(0));
    let most = Arc::new(AtomicUsize::new(0));
    let (now, seen) = (Arc::clone(&inside), Arc::clone(&most));
    let mut polls = 0;
    let task = poll_fn(move |cx| {
        seen.fetch_max(
            now.fetch_add(1, Ordering::SeqCst) + 1,
            Ordering::SeqCst,
        );
        cx.waker().wake_by_ref(); // the other worker may take it now
        thread::yield_now();
        now.fetch_sub(1, Ordering::SeqCst);
        polls += 1;
        if polls < 100 {
            return Poll::Pending;
        }
        Poll::Ready(())
    });
    run(vec![Box::pin(task)]);
    let most = most.load(Ordering::SeqCst);
    assert_eq!(most, 1, "polls of one task at the same time");
}

#[exercise::test]
fn all_are_done_when_it_returns() {
    let done = Arc::new(AtomicUsize::new(0));
    let counts = |mut job: Job| {
        let done = Arc::clone(&done);
        Box::pin(async move {
            poll_fn(|cx| job.as_mut().poll(cx)).await;
            done.fetch_add(1, Ordering::SeqCst);
        }) as Job
    };
    run((0..50).map(|n| counts(wakes_itself(n))).collect());
    assert_eq!(done.load(Ordering::SeqCst), 50, "tasks that were done");
    run(Vec::new());
}
