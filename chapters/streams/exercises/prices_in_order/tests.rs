//! What `prices` must do. The clock is paused: a second takes no time, and the
//! order is exact.

use std::cell::Cell;
use std::pin::pin;
use std::time::Duration;

use futures::{StreamExt, stream};
use timeline::LaneExt;
use tokio::time::{Instant, sleep};

use super::prices;

/// What is seen of orders whose prices take so many seconds, two at a time.
struct Seen {
    prices: Vec<u64>,
    /// How many were asked for at a time, at most.
    most: usize,
    /// How many seconds it took in all.
    took: u64,
}

async fn two_at_a_time(seconds: &[u64]) -> Seen {
    let (under_way, most) = (Cell::new(0), Cell::new(0));
    let start = Instant::now();
    let ask = |n| {
        let (under_way, most) = (&under_way, &most);
        let ask = async move {
            under_way.set(under_way.get() + 1);
            most.set(most.get().max(under_way.get()));
            sleep(Duration::from_secs(n)).await;
            under_way.set(under_way.get() - 1);
            n
        };
        ask.lane(format!("price in {n} s"))
    };
    let orders = stream::iter(seconds.iter().copied());
    let prices: Vec<u64> = prices(2, orders, ask).collect().await;
    Seen {
        prices,
        most: most.get(),
        took: start.elapsed().as_secs(),
    }
}

#[exercise::test]
async fn the_prices_come_in_the_order_of_the_orders() {
    let seen = two_at_a_time(&[5, 1, 4, 2, 3]).await;
    assert_eq!(seen.prices, [5, 1, 4, 2, 3], "the prices");
}

#[exercise::test]
async fn two_are_asked_for_at_a_time() {
    let seen = two_at_a_time(&[1, 1, 1, 1, 1, 1]).await;
    assert_eq!(seen.took, 3, "seconds for six prices, two at a time");
}

#[exercise::test]
async fn never_are_more_than_two() {
    let seen = two_at_a_time(&[1, 2, 3, 1, 2, 3]).await;
    assert_eq!(seen.most, 2, "prices asked for at a time");
}

#[exercise::test]
async fn the_next_one_is_asked_for_when_one_is_out() {
    let seen = two_at_a_time(&[1, 3, 2, 1]).await;
    assert_eq!(seen.took, 4, "seconds for prices of 1, 3, 2 and 1 s");
}

#[exercise::test]
async fn the_first_price_comes_before_the_last_order() {
    let orders = stream::iter(1..=3).then(async |n| {
        sleep(Duration::from_secs(60)).await; // a minute for each order
        n
    });
    let start = Instant::now();
    let mut prices = pin!(prices(2, orders, async |n: u64| n));
    assert_eq!(prices.next().await, Some(1), "the first price");
    let seconds = start.elapsed().as_secs();
    assert_eq!(seconds, 60, "seconds until the first price is out");
}
