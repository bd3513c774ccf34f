//! What a `countdown` must do: a number a poll, and a wake for the next.

use std::cell::RefCell;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Wake, Waker};

use futures::future::join;

use super::countdown;

/// Counts how often it is woken.
#[derive(Default)]
struct Wakes(AtomicUsize);

impl Wake for Wakes {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

#[exercise::test]
async fn it_says_every_number() {
    let said = RefCell::new(Vec::new());
    countdown(4, |n| said.borrow_mut().push(n)).await;
    assert_eq!(*said.borrow(), [4, 3, 2, 1], "the numbers it said");
}

#[exercise::test]
async fn two_of_them_take_turns() {
    let said = RefCell::new(Vec::new());
    let a = countdown(3, |n| said.borrow_mut().push(format!("a {n}")));
    let b = countdown(2, |n| said.borrow_mut().push(format!("b {n}")));
    join(a, b).await;
    let turns = ["a 3", "b 2", "a 2", "b 1", "a 1"];
    assert_eq!(*said.borrow(), turns, "who said what, in this order");
}

#[exercise::test]
fn it_asks_to_be_polled_for_each_number_that_is_left() {
    let wakes = Arc::new(Wakes::default());
    let waker = Waker::from(wakes.clone());
    let mut cx = Context::from_waker(&waker);
    let mut counting = pin!(countdown(3, |_| ()));
    for polls in 1..=2 {
        let answer = counting.as_mut().poll(&mut cx);
        assert_eq!(answer, Poll::Pending, "its answer to poll {polls} of 3");
        let woken = wakes.0.load(Ordering::SeqCst);
        assert_eq!(woken, polls, "wakes after {polls} polls");
    }
}

#[exercise::test]
fn it_is_polled_once_for_each_number() {
    let mut cx = Context::from_waker(Waker::noop());
    let mut counting = pin!(countdown(3, |_| ()));
    let mut polls = 1;
    while counting.as_mut().poll(&mut cx).is_pending() {
        polls += 1;
    }
    assert_eq!(polls, 3, "polls of a countdown from 3");
}

#[exercise::test]
fn from_zero_it_is_ready_at_once() {
    let mut cx = Context::from_waker(Waker::noop());
    let counting = pin!(countdown(0, |n| panic!("it said {n}")));
    assert_eq!(counting.poll(&mut cx), Poll::Ready(()), "its first answer");
}
