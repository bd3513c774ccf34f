//! What `ask_again` must do. The clock is paused: it goes on only where
//! everybody waits for Tokio's timers.

use std::cell::RefCell;

use futures::future::join_all;
use timeline::LaneExt;
use tokio::time::Instant;

use super::ask_again;

#[exercise::test]
async fn guests_ask_side_by_side() {
    let asked = RefCell::new(Vec::new());
    let guest = |n: u32| {
        let asked = &asked;
        let ask = move |times| {
            asked.borrow_mut().push((times, n));
            times == 2
        };
        ask_again(ask).lane(format!("guest {n}"))
    };
    join_all((1..=3).map(guest)).await;
    let times: Vec<_> =
        asked.borrow().iter().map(|(times, _)| *times).collect();
    assert_eq!(
        times,
        [1, 1, 1, 2, 2, 2],
        "each question is somebody's first or second; as (which, guest): {:?}",
        asked.borrow()
    );
}

#[exercise::test]
async fn the_pauses_are_on_the_clock_of_the_runtime() {
    let start = Instant::now();
    let mut asked = Vec::new();
    let ask = |times| {
        asked.push(start.elapsed().as_millis());
        times == 5
    };
    ask_again(ask).await;
    assert_eq!(
        asked,
        [0, 10, 30, 70, 150],
        "ms on Tokio's clock at which a guest asks"
    );
}

#[exercise::test]
async fn a_hundred_guests_pause_at_the_same_time() {
    let start = Instant::now();
    join_all((0..100).map(|_| ask_again(|times| times == 2))).await;
    assert_eq!(
        start.elapsed().as_millis(),
        10,
        "ms on Tokio's clock for a hundred guests with one pause each"
    );
}

#[exercise::test]
async fn who_is_told_yes_does_not_pause() {
    let start = Instant::now();
    assert_eq!(ask_again(|_| true).await, 1, "how often it was asked");
    assert_eq!(start.elapsed().as_millis(), 0, "ms of pauses");
}

#[exercise::test]
async fn it_tells_how_often_it_has_asked() {
    assert_eq!(ask_again(|times| times == 4).await, 4);
}
