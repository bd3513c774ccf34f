//! What `is_right` must say. The clock is paused: a second takes no time.

use std::time::Duration;

use futures::future::{BoxFuture, FutureExt};
use tokio::time::sleep;

use super::{Work, is_right};

type Answer = BoxFuture<'static, Result<u32, String>>;

/// Tries, waits these seconds after each error, and gives the last answer.
fn waits(mut work: Work, seconds: &'static [u64]) -> Answer {
    let retry = async move {
        let mut attempt = 1;
        let mut answer = work(attempt);
        for seconds in seconds {
            if answer.is_ok() {
                break;
            }
            sleep(Duration::from_secs(*seconds)).await;
            attempt += 1;
            answer = work(attempt);
        }
        answer
    };
    retry.boxed()
}

#[exercise::test]
async fn a_right_one_is_right() {
    let said: bool = is_right(|work| waits(work, &[1, 2, 4, 8])).await;
    assert!(said, "a right version was called wrong");
}

#[exercise::test]
async fn one_that_does_not_wait_is_wrong() {
    let said: bool = is_right(|work| waits(work, &[0, 0, 0, 0])).await;
    assert!(!said, "a version that never waits was called right");
}

#[exercise::test]
async fn one_with_other_pauses_is_wrong() {
    let said: bool = is_right(|work| waits(work, &[3, 4, 4, 4])).await;
    assert!(!said, "pauses of 3, 4, 4 and 4 seconds were called right");
}

#[exercise::test]
async fn one_that_tries_six_times_is_wrong() {
    let said: bool = is_right(|work| waits(work, &[1, 2, 4, 8, 16])).await;
    assert!(!said, "a version with six tries was called right");
}

#[exercise::test]
async fn one_that_waits_after_the_last_error_is_wrong() {
    let said: bool = is_right(|work| {
        let retry = async {
            let answer = waits(work, &[1, 2, 4, 8]).await;
            if answer.is_err() {
                sleep(Duration::from_secs(16)).await;
            }
            answer
        };
        retry.boxed()
    })
    .await;
    assert!(!said, "a version that waits for nothing was called right");
}

#[exercise::test]
async fn one_that_gives_another_error_is_wrong() {
    let said: bool = is_right(|work| {
        let retry = async {
            let answer = waits(work, &[1, 2, 4, 8]).await;
            answer.map_err(|_| "no more tries".to_owned())
        };
        retry.boxed()
    })
    .await;
    assert!(!said, "a version with an error of its own was called right");
}

#[exercise::test]
async fn one_that_goes_on_after_a_success_is_wrong() {
    let said: bool = is_right(|mut work| {
        let retry = async move {
            let mut answer = work(1);
            for (attempt, seconds) in (2..).zip([1, 2, 4, 8]) {
                sleep(Duration::from_secs(seconds)).await;
                answer = answer.or(work(attempt));
            }
            answer
        };
        retry.boxed()
    })
    .await;
    assert!(!said, "a version that never stops early was called right");
}
