//! What `pack_all` must do. The clock is paused: a second takes no time.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use timeline::LaneExt;
use tokio::time::{Instant, sleep};

use super::pack_all;

/// Packs these orders, each in one second, order 4 in three. Gives what was
/// packed, and the seconds that it took.
async fn packed(orders: Vec<u32>, workers: usize) -> (Vec<u32>, u64) {
    let start = Instant::now();
    let seen: Arc<Mutex<Vec<u32>>> = Arc::default();
    let theirs = Arc::clone(&seen);
    let pack = move |n: u32| {
        let seen = Arc::clone(&theirs);
        let one = async move {
            let seconds = if n == 4 { 3 } else { 1 };
            sleep(Duration::from_secs(seconds)).await;
            seen.lock().unwrap().push(n);
        };
        one.lane(format!("order {n}"))
    };
    let (): () = pack_all(orders, workers, pack).await;
    let mut seen = seen.lock().unwrap().clone();
    seen.sort_unstable();
    (seen, start.elapsed().as_secs())
}

#[exercise::test]
async fn each_order_is_packed_once() {
    let (seen, _) = packed(vec![1, 2, 3], 2).await;
    assert_eq!(seen, [1, 2, 3], "the orders that were packed");
}

#[exercise::test]
async fn two_workers_work_at_the_same_time() {
    let (_, seconds) = packed(vec![1, 2], 2).await;
    assert_eq!(seconds, 1, "seconds for two orders of 1 s");
}

#[exercise::test]
async fn a_slow_order_holds_up_one_worker() {
    let (seen, seconds) = packed(vec![1, 2, 3, 4], 2).await;
    assert_eq!(seconds, 3, "seconds for one order of 3 s and three of 1 s");
    assert_eq!(seen, [1, 2, 3, 4], "the orders that were packed");
}

#[exercise::test]
async fn more_workers_than_orders_are_fine() {
    let (seen, seconds) = packed(vec![7], 3).await;
    assert_eq!(seen, [7], "the orders that were packed");
    assert_eq!(seconds, 1, "seconds for one order of 1 s");
}
