//! What `serve` must do. The clock is paused: a second takes no time.

use std::panic::panic_any;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::time::Duration;

use timeline::LaneExt;
use tokio::time::{Instant, sleep, timeout};

use super::{Bill, serve};

/// Teas that take 1 s, 2 s and so on; those at these places are spilled then.
/// Counts what is poured.
fn teas(
    n: u64,
    spilled: &'static [u64],
    poured: &Arc<AtomicUsize>,
) -> Vec<impl Future<Output = ()> + Send + 'static> {
    let tea = |n| {
        let poured = poured.clone();
        let tea = async move {
            sleep(Duration::from_secs(n)).await;
            if spilled.contains(&n) {
                panic_any(format!("the panic of tea {n} has hit `serve`"));
            }
            poured.fetch_add(1, SeqCst);
        };
        tea.lane(format!("tea {n}"))
    };
    (1..=n).map(tea).collect()
}

#[exercise::test]
async fn ten_good_cups_are_ten_cups_on_the_bill() {
    let bill = serve(teas(10, &[], &Arc::default())).await;
    let (poured, spilled) = (10, 0);
    let wanted = Bill { poured, spilled };
    assert_eq!(bill, wanted, "the bill for ten good cups");
}

#[exercise::test]
async fn a_cup_is_poured_although_another_was_spilled_before() {
    let poured = Arc::default();
    serve(teas(5, &[2], &poured)).await;
    let poured = poured.load(SeqCst);
    assert_eq!(poured, 4, "cups poured, where tea 2 of 5 is spilled");
}

#[exercise::test]
async fn the_bill_says_what_was_poured_and_what_was_spilled() {
    let bill = serve(teas(10, &[1, 2, 9], &Arc::default())).await;
    let (poured, spilled) = (7, 3);
    let wanted = Bill { poured, spilled };
    assert_eq!(bill, wanted, "the bill, where teas 1, 2 and 9 are spilled");
}

#[exercise::test]
async fn all_of_them_are_under_way_at_the_same_time() {
    let start = Instant::now();
    serve(teas(4, &[3], &Arc::default())).await;
    let seconds = start.elapsed().as_secs();
    assert_eq!(seconds, 4, "seconds for teas of 1, 2, 3 and 4 s");
}

#[exercise::test]
async fn when_nobody_waits_for_the_bill_the_kettles_go_off() {
    let poured = Arc::default();
    let served = serve(teas(10, &[2], &poured));
    let bill = timeout(Duration::from_millis(3500), served).await;
    assert!(bill.is_err(), "the bill of ten cups was there after 3.5 s");
    sleep(Duration::from_secs(60)).await;
    let poured = poured.load(SeqCst);
    assert_eq!(poured, 2, "cups poured, dropped after 3.5 s");
}
