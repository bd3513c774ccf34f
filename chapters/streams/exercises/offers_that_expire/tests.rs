//! What `sell` must do. The clock is paused: a second takes no time.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::time::Duration;

use timeline::LaneExt;
use tokio::time::{Instant, sleep, sleep_until, timeout};

use super::sell;

/// How many are under way, and how many at most.
#[derive(Clone, Default)]
struct Count {
    now: Arc<AtomicUsize>,
    most: Arc<AtomicUsize>,
}

impl Count {
    fn begin(&self) {
        let now = self.now.fetch_add(1, SeqCst) + 1;
        self.most.fetch_max(now, SeqCst);
    }

    fn end(&self) {
        self.now.fetch_sub(1, SeqCst);
    }
}

/// The shop answers after 1 s, and then waits for another one.
fn order(
    n: u64,
    count: &Count,
) -> impl Future<Output = Option<u64>> + Send + 'static {
    let count = count.clone();
    let order = async move {
        count.begin();
        let answer = Instant::now() + Duration::from_secs(1);
        sleep_until(answer).await;
        count.end();
        (answer.elapsed() <= Duration::from_secs(1)).then_some(n)
    };
    order.lane(format!("order {n}"))
}

/// Sells so many, two at a time, and saves each in 3 s.
async fn sold(orders: u64) -> (usize, usize, usize) {
    let (ordered, saves) = (Count::default(), Count::default());
    let save = |_| {
        let saves = saves.clone();
        async move {
            saves.begin();
            sleep(Duration::from_secs(3)).await;
            saves.end();
        }
        .lane("save")
    };
    let orders = (1..=orders).map(|n| order(n, &ordered)).collect();
    let sold = sell(2, orders, save).await;
    (sold, ordered.most.load(SeqCst), saves.most.load(SeqCst))
}

#[exercise::test]
async fn all_offers_are_taken() {
    let (sold, _, _) = sold(8).await;
    assert_eq!(sold, 8, "offers taken and saved, of eight");
}

#[exercise::test]
async fn one_is_saved_at_a_time() {
    let (_, _, saves) = sold(8).await;
    assert_eq!(saves, 1, "saves under way at a time");
}

#[exercise::test]
async fn two_orders_are_under_way_at_a_time() {
    let (_, orders, _) = sold(8).await;
    assert_eq!(orders, 2, "orders under way at a time");
}

#[exercise::test]
async fn what_has_expired_is_not_saved() {
    let offers = [Some(1), None, Some(3)];
    let orders = offers.map(|offer| async move { offer }).into();
    let mut prices = Vec::new();
    let save = |price| {
        prices.push(price);
        async {}
    };
    let sold = sell(2, orders, save).await;
    prices.sort_unstable();
    assert_eq!(prices, [1, 3], "the prices that were saved");
    assert_eq!(sold, 2, "how many `sell` says that there were");
}

#[exercise::test]
async fn dropped_it_stops() {
    let answered = Arc::new(AtomicUsize::new(0));
    let order = |n| {
        let answered = answered.clone();
        let order = async move {
            sleep(Duration::from_secs(2)).await;
            answered.fetch_add(1, SeqCst);
            Some(n)
        };
        order.lane(format!("order {n}"))
    };
    let orders = (1..=4).map(order).collect();
    let selling = sell(2, orders, async |_| ());
    let second = Duration::from_secs(1);
    assert!(timeout(second, selling).await.is_err(), "after 1 s of 2 s");
    sleep(60 * second).await;
    let answered = answered.load(SeqCst);
    assert_eq!(answered, 0, "orders that went on after `sell` was dropped");
}
