//! What `fill` must do. Where orders compute, no test measures time: who must
//! meet, waits for the others.

use std::sync::{Arc, Condvar, Mutex, mpsc};
use std::thread;
use std::time::Duration;

use timeline::LaneExt;
use tokio::time::{Instant, sleep};

use super::{Order, fill};

/// Far longer than anybody has to wait who is not kept from it.
const PATIENCE: Duration = Duration::from_millis(500);

fn wait(wait: impl Future<Output = u64> + Send + 'static) -> Order {
    Order::Wait(Box::pin(wait.lane("order, waits")))
}

fn chop(chop: impl FnOnce() -> u64 + Send + 'static) -> Order {
    Order::Chop(Box::new(move || timeline::span("order, computes", chop)))
}

/// Orders that each count who is under way, and stay until there are so many,
/// though no longer than their patience.
///
/// Each gives the most that it has seen.
fn meeting(orders: usize, of: u64, patience: Duration) -> Vec<Order> {
    let place = Arc::new((Mutex::new((0, 0)), Condvar::new()));
    let one = |_| {
        let place = Arc::clone(&place);
        chop(move || {
            let (counts, changed) = &*place;
            let mut both = counts.lock().unwrap();
            both.0 += 1;
            both.1 = both.0.max(both.1);
            changed.notify_all();
            let few = |(_, most): &mut (u64, u64)| *most < of;
            let met = changed.wait_timeout_while(both, patience, few);
            let (mut both, _) = met.unwrap();
            both.0 -= 1;
            both.1
        })
    };
    (0..orders).map(one).collect()
}

#[exercise::test]
async fn all_that_wait_wait_at_the_same_time() {
    let start = Instant::now();
    let tea = |n: u64| {
        wait(async move {
            sleep(Duration::from_secs(3)).await;
            n
        })
    };
    let filled = fill((0..50).map(tea).collect(), 2).await;
    assert_eq!(start.elapsed().as_secs(), 3, "seconds for 50 waits of 3 s");
    assert_eq!(filled.len(), 50, "orders that were filled");
}

#[exercise::test(real_clock)]
async fn who_waits_takes_no_other_thread() {
    let ours = thread::current().id();
    let tea = wait(async move {
        sleep(Duration::from_millis(1)).await;
        u64::from(thread::current().id() == ours)
    });
    let filled = fill(vec![tea], 2).await;
    assert_eq!(filled, [1], "1: polled by the thread of the runtime");
}

#[exercise::test(real_clock)]
async fn a_chop_holds_up_nobody_who_waits() {
    let (poured, pours) = mpsc::channel();
    let chop = chop(move || u64::from(pours.recv_timeout(PATIENCE).is_ok()));
    let tea = wait(async move {
        sleep(Duration::from_millis(5)).await;
        _ = poured.send(());
        7
    });
    let filled = fill(vec![chop, tea], 1).await;
    assert_eq!(filled, [1, 7], "1: the tea was poured while the chop ran");
}

#[exercise::test(real_clock)]
async fn all_cores_are_used() {
    let seen = fill(meeting(2, 2, PATIENCE), 2).await;
    assert_eq!(seen, [2, 2], "chops under way, as each has seen it");
}

#[exercise::test(real_clock)]
async fn no_more_chops_than_cores_are_under_way() {
    let patience = Duration::from_millis(60);
    let seen = fill(meeting(8, 3, patience), 2).await;
    let most = seen.iter().max();
    assert_eq!(
        most,
        Some(&2),
        "most chops under way, with 2 cores: {seen:?}"
    );
}

#[exercise::test(real_clock)]
async fn what_they_give_is_in_the_order_of_the_orders() {
    let (first, second) = (wait(async { 1 }), chop(|| 2));
    let third = wait(async {
        sleep(Duration::from_millis(1)).await;
        3
    });
    let filled = fill(vec![first, second, third, chop(|| 4)], 2).await;
    assert_eq!(filled, [1, 2, 3, 4], "what the orders gave");
}
