//! What the future of `tea` must be. The clock is paused: a second takes no
//! time.

use std::panic::AssertUnwindSafe;
use std::sync::atomic::Ordering::SeqCst;

use futures::future::{FutureExt, join_all};
use futures::poll;
use tokio::time::Instant;

use super::{CANVASES, tea};

#[exercise::test]
fn the_future_is_smaller_than_one_kib() {
    let bytes = size_of_val(&tea(1));
    assert!(bytes < 1024, "the future of `tea` is {bytes} bytes");
}

#[exercise::test]
async fn there_is_no_canvas_while_the_tea_waits() {
    let mut teas: Vec<_> = (1..=10).map(|n| Box::pin(tea(n))).collect();
    for tea in &mut teas {
        assert!(poll!(tea.as_mut()).is_pending(), "the tea has to wait");
    }
    assert_eq!(CANVASES.load(SeqCst), 0, "canvases while ten teas wait");
}

#[exercise::test]
async fn the_dots_are_those_that_were_drawn() {
    let drawn = join_all([0, 1, 12, 65_536].map(tea)).await;
    assert_eq!(drawn, [0, 1, 12, 65_536], "dots on the labels");
}

#[exercise::test]
async fn the_label_is_drawn_before_the_tea_waits() {
    // More dots than there is room for: whoever draws them panics.
    let first_poll = AssertUnwindSafe(async { poll!(Box::pin(tea(65_537))) });
    let drawn = first_poll.catch_unwind().await;
    assert!(drawn.is_err(), "the first poll of a tea has drawn nothing");
}

#[exercise::test]
async fn a_tea_takes_its_half_second() {
    let start = Instant::now();
    tea(3).await;
    assert_eq!(start.elapsed().as_millis(), 500, "ms for one tea");
}
