//! What `buy` must do. The clock is paused: a second takes no time.

use std::cell::Cell;
use std::sync::Arc;
use std::time::Duration;

use timeline::LaneExt;
use tokio::time::{Instant, sleep, timeout};

use super::{Refusal, Shop};

const SECOND: Duration = Duration::from_secs(1);

/// A payment that takes a second.
async fn pay(is_paid: bool) -> bool {
    sleep(SECOND).await;
    is_paid
}

/// How many of two kinds are left.
fn left(shop: &Shop) -> [u32; 2] {
    [shop.left("mint"), shop.left("green")]
}

#[exercise::test]
async fn a_basket_is_sold() {
    let shop = Shop::new(&[("mint", 3), ("green", 3)]);
    let basket = ["mint", "green", "mint"];
    let sold: Result<(), Refusal> = shop.buy(&basket, pay(true)).await;
    assert_eq!(sold, Ok(()), "what came of two mint and one green");
    assert_eq!(left(&shop), [1, 2], "[mint, green] left of [3, 3]");
}

#[exercise::test]
async fn the_last_cup_is_sold_once() {
    let shop = Shop::new(&[("mint", 1)]);
    let payments = Cell::new(0);
    let pay = || async {
        payments.set(payments.get() + 1);
        pay(true).await
    };
    let (ada, bob): (Result<(), Refusal>, Result<(), Refusal>) = tokio::join!(
        shop.buy(&["mint"], pay()).lane("Ada"),
        shop.buy(&["mint"], pay()).lane("Bob"),
    );
    let sold = [ada, bob].iter().filter(|sold| sold.is_ok()).count();
    assert_eq!(sold, 1, "how often the last cup was sold");
    assert_eq!(payments.get(), 1, "payments begun, for one cup");
    assert_eq!(shop.left("mint"), 0, "cups left of 1");
}

#[exercise::test]
async fn every_cup_that_is_sold_is_missing_in_the_stock() {
    let shop = Shop::new(&[("mint", 9), ("green", 9)]);
    let sold = tokio::join!(
        shop.buy(&["mint", "green"], pay(true)).lane("Ada"),
        shop.buy(&["green"], pay(true)).lane("Bob"),
        shop.buy(&["mint", "mint"], pay(true)).lane("Cy"),
    );
    assert_eq!(sold, (Ok(()), Ok(()), Ok(())), "what came of the baskets");
    assert_eq!(left(&shop), [6, 7], "[mint, green] left of [9, 9]");
}

#[exercise::test]
async fn customers_pay_at_the_same_time() {
    let shop = Shop::new(&[("mint", 9), ("green", 9)]);
    let start = Instant::now();
    let _ = tokio::join!(
        shop.buy(&["mint"], pay(true)).lane("Ada"),
        shop.buy(&["green"], pay(true)).lane("Bob"),
        shop.buy(&["mint"], pay(true)).lane("Cy"),
    );
    let seconds = start.elapsed().as_secs();
    assert_eq!(seconds, 1, "seconds for three payments of a second each");
}

#[exercise::test]
async fn nothing_is_taken_where_one_is_missing() {
    let shop = Shop::new(&[("mint", 1), ("green", 1)]);
    for basket in [vec!["mint", "green", "black"], vec!["mint", "mint"]] {
        let never =
            async { panic!("somebody pays for a basket that is sold out") };
        let sold: Result<(), Refusal> = shop.buy(&basket, never).await;
        assert_eq!(sold, Err(Refusal::SoldOut), "what came of {basket:?}");
        assert_eq!(left(&shop), [1, 1], "[mint, green] left after {basket:?}");
    }
}

#[exercise::test]
async fn a_refused_payment_gives_the_cups_back() {
    let shop = Shop::new(&[("mint", 2), ("green", 2)]);
    let (ada, bob): (Result<(), Refusal>, Result<(), Refusal>) = tokio::join!(
        shop.buy(&["mint", "green", "mint"], pay(false)).lane("Ada"),
        shop.buy(&["green"], pay(true)).lane("Bob"),
    );
    assert_eq!(ada, Err(Refusal::NotPaid), "what came of Ada's basket");
    assert_eq!(bob, Ok(()), "what came of Bob's basket");
    assert_eq!(left(&shop), [2, 1], "[mint, green] left of [2, 2]");
}

#[exercise::test]
async fn a_cancelled_payment_gives_the_cups_back() {
    let shop = Shop::new(&[("mint", 2), ("green", 2)]);
    let basket = ["mint", "green", "mint"];
    let slow = async {
        sleep(60 * SECOND).await;
        true
    };
    let cancelled = timeout(5 * SECOND, shop.buy(&basket, slow).lane("Ada"));
    let meanwhile = async {
        sleep(SECOND).await;
        left(&shop)
    };
    let (ada, meanwhile) = tokio::join!(cancelled, meanwhile);
    assert!(
        ada.is_err(),
        "it has ended after 5 s, and a payment takes 60"
    );
    assert_eq!(meanwhile, [0, 1], "[mint, green] left while Ada pays");
    assert_eq!(left(&shop), [2, 2], "[mint, green] left when Ada has gone");
}

#[exercise::test]
async fn customers_can_be_tasks() {
    let shop = Arc::new(Shop::new(&[("mint", 1)]));
    let theirs = shop.clone();
    let customer = tokio::spawn(async move {
        let sold: Result<(), Refusal> = theirs.buy(&["mint"], pay(true)).await;
        sold
    });
    let sold = customer.await.unwrap();
    assert_eq!(sold, Ok(()), "what came of a basket bought by a task");
}
