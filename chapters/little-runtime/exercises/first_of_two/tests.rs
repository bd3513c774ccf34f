//! What `first_of_two` must do. Nothing here takes time: a future that comes
//! later yields more often.

use std::cell::{Cell, RefCell};
use std::future::{pending, ready};
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Wake, Waker};

use little_runtime::{block_on, yield_now};
use timeline::LaneExt;

use super::Came::{First, Second};
use super::first_of_two;

/// Counts how often it is woken.
#[derive(Default)]
struct Wakes(AtomicUsize);

impl Wake for Wakes {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

/// Yields so many times, and gives the number.
async fn after(yields: u32) -> u32 {
    for _ in 0..yields {
        yield_now().await;
    }
    yields
}

#[exercise::test]
fn the_first_may_come_first() {
    let came = block_on(first_of_two(after(2), after(5)));
    assert_eq!(came, First(2), "who came, after 2 turns or 5");
}

#[exercise::test]
fn the_second_may_come_first() {
    let (one, two) = (after(5).lane("first"), after(2).lane("second"));
    let came = block_on(first_of_two(one, two));
    assert_eq!(came, Second(2), "who came, after 5 turns or 2");
}

#[exercise::test]
fn nobody_waits_for_the_other() {
    let never = pending::<()>().lane("who never comes");
    let came = block_on(first_of_two(after(1), never));
    assert_eq!(came, First(1));
    let never = pending::<()>().lane("who never comes");
    let came = block_on(first_of_two(never, after(1)));
    assert_eq!(came, Second(1));
}

#[exercise::test]
fn the_other_is_dropped_before_it_goes_on() {
    struct Says<'a>(&'a RefCell<Vec<&'static str>>, &'static str);
    impl Drop for Says<'_> {
        fn drop(&mut self) {
            self.0.borrow_mut().push(self.1);
        }
    }
    let said = RefCell::new(Vec::new());
    let tea = async {
        let _cleared_away = Says(&said, "the tea is cleared away");
        after(50).await;
        said.borrow_mut().push("the tea is poured");
    };
    block_on(async {
        first_of_two(tea, after(3)).await;
        said.borrow_mut().push("the guest goes on");
        after(99).await;
    });
    let order = ["the tea is cleared away", "the guest goes on"];
    assert_eq!(*said.borrow(), order, "what happened, in its order");
}

#[exercise::test]
fn when_both_are_ready_the_first_one_counts() {
    let came = block_on(first_of_two(ready("tea"), ready("taxi")));
    assert_eq!(came, First("tea"));
    let came = block_on(first_of_two(after(2), after(2)));
    assert_eq!(came, First(2));
}

#[exercise::test]
fn nobody_is_woken_as_long_as_both_wait() {
    let wakes = Arc::new(Wakes::default());
    let waker = Waker::from(Arc::clone(&wakes));
    let mut cx = Context::from_waker(&waker);
    let mut wait = pin!(first_of_two(pending::<()>(), pending::<()>()));
    assert!(wait.as_mut().poll(&mut cx).is_pending());
    let woken = wakes.0.load(Ordering::SeqCst);
    assert_eq!(woken, 0, "wakes, where neither of them can go on");
}

#[exercise::test]
fn both_may_borrow_from_the_caller() {
    let polls = Cell::new(0);
    let count = async |yields| {
        polls.set(polls.get() + 1);
        after(yields).await
    };
    let came = block_on(first_of_two(count(3), count(1)));
    assert_eq!((came, polls.get()), (Second(1), 2), "who came, of how many");
}
