//! What `counted` must do. The clock is paused: the waits take no time.

use std::cell::Cell;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

use tokio::task::yield_now;
use tokio::time::sleep;

use super::counted;

/// Counts how often it is woken.
#[derive(Default)]
struct Wakes(AtomicUsize);

impl Wake for Wakes {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

#[exercise::test]
async fn a_future_that_need_not_wait_is_polled_once() {
    let (cup, polls) = counted(async { "milk" }).await;
    assert_eq!((cup, polls), ("milk", 1), "what it gave, and its polls");
}

#[exercise::test]
async fn each_wait_is_one_poll_more() {
    let tea = async {
        sleep(Duration::from_secs(1)).await;
        sleep(Duration::from_secs(1)).await;
        "tea"
    };
    let (cup, polls) = counted(tea).await;
    assert_eq!((cup, polls), ("tea", 3), "what it gave, and its polls");
}

#[exercise::test]
async fn a_future_that_borrows_from_itself_is_taken_as_it_is() {
    let tea = async {
        let guests = String::from("Ada, Grace");
        let first = &guests[..3];
        yield_now().await;
        first.len()
    };
    let (letters, polls) = counted(tea).await;
    assert_eq!((letters, polls), (3, 2), "what it gave, and its polls");
}

#[exercise::test]
async fn one_may_be_inside_another() {
    let both = counted(counted(sleep(Duration::from_secs(1)))).await;
    assert_eq!(both, (((), 2), 2), "the polls of the inner and the outer");
}

#[exercise::test]
fn nothing_runs_until_it_is_polled() {
    let begun = Cell::new(false);
    let mut tea = pin!(counted(async { begun.set(true) }));
    assert!(!begun.get(), "the future inside runs without a poll");
    let mut cx = Context::from_waker(Waker::noop());
    assert_eq!(tea.as_mut().poll(&mut cx), Poll::Ready(((), 1)));
}

#[exercise::test]
fn it_passes_the_waker_on_and_wakes_nobody_itself() {
    let wakes = Arc::new(Wakes::default());
    let waker = Waker::from(wakes.clone());
    let mut cx = Context::from_waker(&waker);
    let mut never = pin!(counted(std::future::pending::<()>()));
    assert!(never.as_mut().poll(&mut cx).is_pending());
    let woken = wakes.0.load(Ordering::SeqCst);
    assert_eq!(woken, 0, "wakes of a future that waits for ever");
}
