//! What `report` must do. The clock is paused: a second takes no time.

use std::collections::BTreeMap;
use std::panic::panic_any;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::time::Duration;

use timeline::LaneExt;
use tokio::time::{Instant, sleep, timeout};

use super::{End, report};

/// An order, by its number and the seconds that it takes. At 20 and above it is
/// refused, and at 30 and above it panics.
async fn order(n: u32, seconds: u64) -> Result<(), String> {
    sleep(Duration::from_secs(seconds)).await;
    match n {
        30.. => panic_any(format!("the panic of order {n} has hit `report`")),
        20.. => Err(format!("order {n} is refused")),
        _ => Ok(()),
    }
}

/// Reports on these orders. The first of them takes longest.
async fn reported(numbers: &[u32]) -> BTreeMap<u32, End> {
    let seconds = (1..=numbers.len() as u64).rev();
    let orders = numbers
        .iter()
        .zip(seconds)
        .map(|(&n, seconds)| (n, order(n, seconds).lane(format!("order {n}"))));
    report(orders.collect()).await
}

fn refused(n: u32) -> End {
    End::Refused(format!("order {n} is refused"))
}

#[exercise::test]
async fn good_orders_are_stored() {
    let ends = reported(&[1, 2, 3]).await;
    let wanted = (1..=3).map(|n| (n, End::Stored)).collect();
    assert_eq!(ends, wanted, "the ends of three good orders");
}

#[exercise::test]
async fn a_refused_order_says_why() {
    let ends = reported(&[1, 20, 2, 21]).await;
    let wanted = BTreeMap::from([
        (1, End::Stored),
        (2, End::Stored),
        (20, refused(20)),
        (21, refused(21)),
    ]);
    assert_eq!(ends, wanted, "the ends, where 20 and 21 are refused");
}

#[exercise::test]
async fn an_order_that_panics_is_in_the_report_by_its_number() {
    let ends = reported(&[30, 1, 20, 31, 2]).await;
    let wanted = BTreeMap::from([
        (1, End::Stored),
        (2, End::Stored),
        (20, refused(20)),
        (30, End::Bug),
        (31, End::Bug),
    ]);
    assert_eq!(ends, wanted, "the ends, where 30 and 31 panic");
}

#[exercise::test]
async fn all_orders_run_at_the_same_time() {
    let start = Instant::now();
    reported(&[1, 2, 3, 4, 5]).await;
    let seconds = start.elapsed().as_secs();
    assert_eq!(seconds, 5, "seconds, for orders of 1 to 5 seconds");
}

#[exercise::test]
async fn when_the_report_is_dropped_no_order_goes_on() {
    let stored = Arc::new(AtomicU32::new(0));
    let orders = (1..=3).map(|n| {
        let stored = stored.clone();
        let order = async move {
            sleep(Duration::from_secs(10)).await;
            stored.fetch_add(1, SeqCst);
            Ok(())
        };
        (n, order.lane(format!("order {n}")))
    });
    let ended = timeout(Duration::from_secs(5), report(orders.collect())).await;
    assert!(ended.is_err(), "it was there after 5 s, of orders of 10 s");
    sleep(Duration::from_secs(60)).await;
    let stored = stored.load(SeqCst);
    assert_eq!(
        stored, 0,
        "orders stored, though nobody waits for the report"
    );
}
