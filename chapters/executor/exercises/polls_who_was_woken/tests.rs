//! What `run` must do: it polls who was woken, and nobody else.

use std::cell::Cell;
use std::future::poll_fn;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::{Arc, mpsc};
use std::task::{Poll, Waker};
use std::thread;

use timeline::LaneExt;

use super::{Job, Shoulder, row, run};

fn counted(polls: &Rc<Cell<u32>>, shoulder: &Arc<Shoulder>) -> Job {
    let (polls, shoulder) = (Rc::clone(polls), Arc::clone(shoulder));
    let wait = poll_fn(move |cx| {
        polls.set(polls.get() + 1);
        shoulder.poll_tapped(cx)
    });
    Box::pin(wait.lane("who waits to be tapped"))
}

/// `Pending` so many times, and woken at once each time.
fn wakes_itself(mut times: u32) -> impl Future<Output = ()> {
    poll_fn(move |cx| {
        if times == 0 {
            return Poll::Ready(());
        }
        times -= 1;
        cx.waker().wake_by_ref();
        Poll::Pending
    })
}

#[exercise::test]
fn in_a_row_only_who_was_tapped_is_polled() {
    let polls = Rc::default();
    run(row(10, &polls));
    // Nine wait, and have a second poll when they are tapped.
    assert_eq!(polls.get(), 19, "polls in a row of ten");
}

#[exercise::test]
fn a_task_that_waits_is_not_polled_for_others() {
    let polls = Rc::default();
    let shoulder = Arc::new(Shoulder::default());
    let to_tap = Arc::clone(&shoulder);
    let busy = async move {
        wakes_itself(50).await;
        to_tap.tap();
    };
    run(vec![counted(&polls, &shoulder), Box::pin(busy)]);
    assert_eq!(polls.get(), 2, "polls of a task that was woken once");
}

#[exercise::test]
fn a_task_that_wakes_itself_in_its_poll_is_polled_again() {
    run(vec![Box::pin(wakes_itself(3).lane("who wakes itself"))]);
}

#[exercise::test]
fn a_wake_from_another_thread_ends_the_sleep() {
    let polls = Rc::default();
    let shoulder = Arc::new(Shoulder::default());
    let to_tap = Arc::clone(&shoulder);
    let (begun, has_begun) = mpsc::channel();
    thread::spawn(move || {
        has_begun.recv().unwrap();
        to_tap.tap();
    });
    let says = async move { begun.send(()).unwrap() };
    run(vec![counted(&polls, &shoulder), Box::pin(says)]);
    assert!(polls.get() <= 3, "{} polls for one wake", polls.get());
}

#[exercise::test]
fn a_wake_for_a_task_that_is_done_does_nothing() {
    let kept = Rc::new(Cell::new(None::<Waker>));
    let (of_first, of_second) = (Rc::clone(&kept), kept);
    let first: Job = Box::pin(async move {
        let waker = poll_fn(|cx| Poll::Ready(cx.waker().clone())).await;
        of_first.set(Some(waker));
    });
    let second: Job = Box::pin(async move {
        wakes_itself(2).await;
        of_second.take().unwrap().wake();
        wakes_itself(2).await;
    });
    run(vec![first, second]);
}

#[exercise::test]
fn no_tasks_are_done_at_once() {
    run(Vec::<Pin<Box<_>>>::new());
}
