//! What `close` must do. The clock is paused: seconds take no time.

use std::cell::RefCell;
use std::future::pending;
use std::rc::Rc;
use std::time::Duration;

use timeline::LaneExt;
use tokio::task::LocalSet;
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::close;

/// What `close` gave, after how many seconds, and what the teas had said by
/// then. A tea takes so many seconds, or for ever; and to give one up takes one
/// more.
async fn closed(teas: &[Option<u64>]) -> (usize, u64, Vec<String>) {
    let (tracker, too_late) = (TaskTracker::new(), CancellationToken::new());
    let said = Rc::new(RefCell::new(Vec::new()));
    let set = LocalSet::new();
    for (n, seconds) in (1..).zip(teas.iter().copied()) {
        let (token, log) = (too_late.clone(), Rc::clone(&said));
        let water = async move {
            match seconds {
                Some(seconds) => sleep(Duration::from_secs(seconds)).await,
                None => pending().await,
            }
        };
        let tea = async move {
            let water = water.lane(format!("tea {n}"));
            let end = match token.run_until_cancelled(water).await {
                Some(()) => format!("tea {n}: poured"),
                None => {
                    sleep(Duration::from_secs(1)).await;
                    format!("tea {n}: given up")
                }
            };
            log.borrow_mut().push(end);
        };
        tracker.spawn_local_on(tea, &set);
    }
    let start = Instant::now();
    let grace = Duration::from_secs(5);
    let closing = close(&tracker, &too_late, grace).lane("close");
    let given_up = set.run_until(closing).await;
    let said = said.borrow().clone();
    (given_up, start.elapsed().as_secs(), said)
}

#[exercise::test]
async fn who_is_in_time_is_poured() {
    let (given_up, _, said) = closed(&[Some(2), Some(4)]).await;
    assert_eq!(said, ["tea 1: poured", "tea 2: poured"], "when it returned");
    assert_eq!(given_up, 0, "teas given up");
}

#[exercise::test]
async fn it_waits_no_longer_than_the_last_tea() {
    let (_, seconds, _) = closed(&[Some(2), Some(4)]).await;
    assert_eq!(seconds, 4, "seconds to close, with teas of 2 and 4");
}

#[exercise::test]
async fn who_is_too_late_is_given_up() {
    let (given_up, _, _) = closed(&[None, Some(3), None]).await;
    assert_eq!(given_up, 2, "teas given up");
}

#[exercise::test]
async fn those_given_up_have_ended_when_it_returns() {
    let (_, seconds, said) = closed(&[Some(60), Some(3)]).await;
    let wanted = ["tea 2: poured", "tea 1: given up"];
    assert_eq!(said, wanted, "what the teas had said when it returned");
    assert_eq!(seconds, 6, "seconds: 5 of grace, 1 to give up");
}

#[exercise::test]
async fn without_teas_it_closes_at_once() {
    let (given_up, seconds, _) = closed(&[]).await;
    assert_eq!((given_up, seconds), (0, 0), "(given up, seconds)");
}
