//! What a `block_on` must do: it polls when it is woken, wherever the wake
//! comes from, and not without one.

use std::future::poll_fn;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc;
use std::task::{Poll, Waker};
use std::thread;
use std::time::Duration;

use timeline::LaneExt;

use super::block_on;

/// Gives its waker away in the first poll, and is ready when `rung` is.
async fn bell(wakers: mpsc::Sender<Waker>, rung: Arc<AtomicBool>) {
    let wait = poll_fn(|cx| {
        if rung.load(Ordering::SeqCst) {
            return Poll::Ready(());
        }
        wakers.send(cx.waker().clone()).unwrap();
        Poll::Pending
    });
    wait.lane("who waits for the bell").await;
}

/// A thread that rings when the future has been polled.
fn ringer() -> (mpsc::Sender<Waker>, Arc<AtomicBool>) {
    let (send, wakers) = mpsc::channel::<Waker>();
    let rung = Arc::new(AtomicBool::new(false));
    let to_ring = rung.clone();
    thread::spawn(move || {
        let waker = wakers.recv().unwrap();
        to_ring.store(true, Ordering::SeqCst);
        waker.wake();
        // Those of later polls, if there are any, are not used.
        wakers.iter().for_each(drop);
    });
    (send, rung)
}

/// `Pending` once, with a wake that comes before `block_on` has heard of it.
async fn once_more() {
    let mut asked = false;
    let twice = poll_fn(|cx| {
        if asked {
            return Poll::Ready(());
        }
        asked = true;
        cx.waker().wake_by_ref();
        Poll::Pending
    });
    twice.lane("who wakes itself").await;
}

#[exercise::test]
fn what_is_ready_is_given_at_once() {
    assert_eq!(block_on(async { "milk" }), "milk");
}

#[exercise::test]
fn a_wake_from_another_thread_is_heard() {
    let (wakers, rung) = ringer();
    block_on(bell(wakers, rung));
}

#[exercise::test]
fn a_wake_from_within_the_poll_is_not_lost() {
    block_on(once_more());
}

#[exercise::test]
fn it_does_not_poll_without_a_wake() {
    let polls = Arc::new(AtomicUsize::new(0));
    let rung = Arc::new(AtomicBool::new(false));
    let (send, wakers) = mpsc::channel::<Waker>();
    let (to_ring, counted) = (rung.clone(), polls.clone());
    thread::spawn(move || {
        let waker = wakers.recv().unwrap();
        // Time enough for those who ask without a wake.
        for _ in 0..20 {
            thread::sleep(Duration::from_millis(10));
            if counted.load(Ordering::SeqCst) > 3 {
                break;
            }
        }
        to_ring.store(true, Ordering::SeqCst);
        waker.wake();
        wakers.iter().for_each(drop);
    });
    let mut future = Box::pin(bell(send, rung));
    block_on(poll_fn(|cx| {
        polls.fetch_add(1, Ordering::SeqCst);
        future.as_mut().poll(cx)
    }));
    let polls = polls.load(Ordering::SeqCst);
    // Two, and one if `park` returns without a reason, as it may.
    assert!(polls <= 3, "{polls} polls, where one wake came");
}

#[exercise::test]
fn it_waits_as_often_as_the_future_does() {
    let cups = block_on(async {
        for _ in 0..3 {
            let (wakers, rung) = ringer();
            bell(wakers, rung).await;
            once_more().await;
        }
        3
    });
    assert_eq!(cups, 3, "bells that were heard");
}
