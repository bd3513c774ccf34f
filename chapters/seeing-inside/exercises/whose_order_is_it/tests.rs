//! What `within` and `current` must do. The clock is paused.

use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, panic_any};
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use futures::FutureExt;
use tokio::task::yield_now;
use tokio::time::sleep;

use super::{current, within};

/// Takes so many seconds, and gives whom it worked for before and after.
async fn tea(seconds: u64) -> [Option<u32>; 2] {
    let before = current();
    sleep(Duration::from_secs(seconds)).await;
    [before, current()]
}

#[exercise::test]
async fn one_alone_knows_its_order() {
    let seen = within(1, tea(1)).await;
    assert_eq!(seen, [Some(1), Some(1)], "before and after a wait");
    assert_eq!(current(), None, "when it is over");
}

#[exercise::test]
async fn each_of_two_knows_its_own() {
    let both = async { tokio::join!(within(1, tea(1)), within(2, tea(2))) };
    let (one, two) = both.await;
    assert_eq!(one, [Some(1), Some(1)], "order 1");
    assert_eq!(two, [Some(2), Some(2)], "order 2");
}

#[exercise::test]
async fn one_without_an_order_has_none() {
    let ((), seen) =
        tokio::join!(within(1, sleep(Duration::from_secs(2))), tea(1));
    assert_eq!(seen, [None, None], "beside order 1, without an order");
}

#[exercise::test]
async fn an_inner_one_gives_way_to_the_outer() {
    let inner = async {
        yield_now().await;
        current()
    };
    let outer = async {
        let mut inner = pin!(within(2, inner));
        // One poll of the inner one, which is not its last.
        let polled =
            poll_fn(|context| Poll::Ready(inner.as_mut().poll(context)));
        assert!(polled.await.is_pending(), "the inner one has yielded");
        let between = current();
        let within_it = inner.await;
        [between, within_it, current()]
    };
    let seen = within(1, outer).await;
    assert_eq!(seen, [Some(1), Some(2), Some(1)], "between, inside, after");
}

#[exercise::test]
async fn polled_by_another_it_gives_way_to_that_one() {
    // Made and first polled without an order, then awaited within one.
    let mut tea = Box::pin(within(2, tea(1)));
    let polled = poll_fn(|context| Poll::Ready(tea.as_mut().poll(context)));
    assert!(polled.await.is_pending(), "the tea has to boil");
    let later = async {
        // It is polled once more before it is ready.
        let other = sleep(Duration::from_millis(500));
        tokio::select! {
            biased;
            _ = &mut tea => panic_any("the tea is done too early"),
            () = other => {}
        }
        current()
    };
    assert_eq!(
        within(1, later).await,
        Some(1),
        "after a poll of the inner one"
    );
}

#[exercise::test]
async fn a_panic_leaves_no_order_behind() {
    let bad = async {
        yield_now().await;
        panic_any("on purpose")
    };
    let ended = AssertUnwindSafe(within(1, bad)).catch_unwind().await;
    assert!(ended.is_err(), "its panic comes through");
    assert_eq!(current(), None, "after the panic");
}
