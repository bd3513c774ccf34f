//! What `get` must do. The clock is paused: a minute takes no time.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::time::Duration;

use timeline::LaneExt;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, timeout};

use super::Price;

const SECOND: Duration = Duration::from_secs(1);

/// A price that is fresh for a minute, and a shop that says it in 5 s. The
/// price is 101 at the first fetch, 102 at the second, and so on.
#[derive(Clone)]
struct Shop {
    price: Arc<Price>,
    fetches: Arc<AtomicU32>,
    /// The last fetch that gives an error.
    refused: u32,
}

impl Shop {
    /// One that refuses so many fetches first.
    fn new(refused: u32) -> Self {
        Self {
            price: Arc::new(Price::new(60 * SECOND)),
            fetches: Arc::default(),
            refused,
        }
    }

    async fn fetch(self) -> Result<u32, String> {
        let n = self.fetches.fetch_add(1, SeqCst) + 1;
        sleep(5 * SECOND).await;
        if n <= self.refused {
            return Err(format!("fetch {n} was refused"));
        }
        Ok(100 + n)
    }

    async fn ask(self) -> Result<u32, String> {
        let shop = self.clone();
        self.price.get(move || shop.fetch().lane("fetch")).await
    }

    /// So many ask at the same time, a task each.
    async fn ask_all(&self, askers: usize) -> Vec<Result<u32, String>> {
        let asker = |n| self.clone().ask().lane(format!("asker {n}"));
        let askers: JoinSet<_> = (1..=askers).map(asker).collect();
        askers.join_all().await
    }

    fn fetches(&self) -> u32 {
        self.fetches.load(SeqCst)
    }
}

#[exercise::test]
async fn within_a_minute_it_is_the_same_price() {
    let shop = Shop::new(0);
    let first = shop.clone().ask().lane("first").await;
    assert_eq!(first, Ok(101), "what the first asker got");
    let start = Instant::now();
    for n in 2..=5 {
        let price = shop.clone().ask().lane(format!("asker {n}")).await;
        assert_eq!(price, Ok(101), "what asker {n} got");
    }
    let seconds = start.elapsed().as_secs();
    assert_eq!(seconds, 0, "seconds that they waited for a fresh price");
    assert_eq!(shop.fetches(), 1, "fetches, for five askers in a row");
}

#[exercise::test]
async fn a_hundred_ask_and_one_fetches() {
    let (shop, start) = (Shop::new(0), Instant::now());
    let prices = shop.ask_all(100).await;
    assert_eq!(shop.fetches(), 1, "fetches, for a hundred askers at once");
    let same = prices.iter().filter(|price| **price == Ok(101)).count();
    assert_eq!(same, 100, "askers who got the price of the first fetch");
    let seconds = start.elapsed().as_secs();
    assert_eq!(seconds, 5, "seconds until all had it, of a fetch of 5 s");
}

#[exercise::test]
async fn after_a_minute_one_fetches_again() {
    let shop = Shop::new(0);
    shop.clone().ask().lane("first").await.unwrap();
    sleep(61 * SECOND).await;
    let prices = shop.ask_all(3).await;
    let wanted = [Ok(102), Ok(102), Ok(102)];
    assert_eq!(prices, wanted, "what three got after more than a minute");
    assert_eq!(shop.fetches(), 2, "fetches, one in each of two minutes");
}

#[exercise::test]
async fn the_minute_begins_when_the_price_has_come() {
    let shop = Shop::new(0);
    shop.clone().ask().lane("first").await.unwrap(); // takes 5 s
    sleep(58 * SECOND).await;
    let price = shop.clone().ask().lane("second").await;
    assert_eq!(
        price,
        Ok(101),
        "58 s after it came, 63 s after it was asked"
    );
}

#[exercise::test]
async fn an_error_is_not_kept() {
    let shop = Shop::new(1);
    let refused = shop.clone().ask().lane("first").await;
    let wanted = Err("fetch 1 was refused".to_owned());
    assert_eq!(refused, wanted, "what the first asker got");
    let price = shop.clone().ask().lane("second").await;
    assert_eq!(price, Ok(102), "what the next asker got");
}

#[exercise::test]
async fn after_an_error_the_next_in_line_fetches() {
    let (shop, start) = (Shop::new(1), Instant::now());
    let prices = shop.ask_all(4).await;
    let refused = prices.iter().filter(|price| price.is_err()).count();
    assert_eq!(refused, 1, "askers who got the error of one fetch, of four");
    assert_eq!(shop.fetches(), 2, "fetches, of which the first was refused");
    let seconds = start.elapsed().as_secs();
    assert_eq!(seconds, 10, "seconds until all had an answer");
}

#[exercise::test]
async fn when_the_one_who_fetches_is_dropped_another_does() {
    let shop = Shop::new(0);
    let dropped = timeout(3 * SECOND, shop.clone().ask().lane("first"));
    let others = async {
        sleep(SECOND).await; // the first one fetches
        shop.ask_all(3).await
    };
    let (dropped, prices) = tokio::join!(dropped, others);
    assert!(
        dropped.is_err(),
        "it had a price after 3 s, of a fetch of 5 s"
    );
    let wanted = [Ok(102), Ok(102), Ok(102)];
    assert_eq!(prices, wanted, "what those got who had waited for it");
}

#[exercise::test]
async fn one_who_waits_can_be_dropped() {
    let shop = Shop::new(0);
    let waits = async {
        sleep(SECOND).await;
        timeout(SECOND, shop.clone().ask().lane("dropped")).await
    };
    let late = async {
        sleep(3 * SECOND).await;
        shop.clone().ask().lane("late").await
    };
    let first = shop.clone().ask().lane("first");
    let (first, waited, late) = tokio::join!(first, waits, late);
    assert!(
        waited.is_err(),
        "it had a price after 2 s, of a fetch of 5 s"
    );
    assert_eq!([first, late], [Ok(101), Ok(101)], "what the others got");
}
