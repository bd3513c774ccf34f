//! What `verdict` must say. The clock is paused: an hour takes no time.

use std::future::pending;
use std::panic::panic_any;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::oneshot;
use tokio::time::sleep;

use super::{Verdict, verdict};

#[exercise::test]
async fn one_that_returns_is_ok() {
    assert_eq!(verdict(async {}).await, Verdict::Ok, "of an empty test");
}

#[exercise::test]
async fn one_that_takes_half_an_hour_is_ok() {
    let said = verdict(sleep(Duration::from_secs(1800))).await;
    assert_eq!(said, Verdict::Ok, "of a test of half an hour");
}

#[exercise::test]
async fn one_that_panics_has_failed() {
    let panics = async {
        sleep(Duration::from_secs(1)).await;
        panic_any("the panic of a test has hit `verdict`".to_owned())
    };
    assert_eq!(verdict(panics).await, Verdict::Failed, "of one that panics");
}

#[exercise::test]
async fn one_that_waits_for_ever_hangs() {
    let waits = async {
        let (_sender, receiver) = oneshot::channel::<()>();
        _ = receiver.await;
    };
    assert_eq!(verdict(waits).await, Verdict::Hangs, "of one that waits");
}

#[exercise::test]
async fn one_that_hangs_has_ended() {
    let held = Arc::new(());
    let also_held = held.clone();
    let waits = async move {
        let _held = also_held;
        pending::<()>().await;
    };
    assert_eq!(verdict(waits).await, Verdict::Hangs, "of one that waits");
    let holders = Arc::strong_count(&held);
    assert_eq!(holders, 1, "who still holds what the test held");
}
