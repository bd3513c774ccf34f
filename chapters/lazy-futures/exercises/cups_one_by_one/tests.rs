//! What `serve_all` must do. The clock is paused: a second takes no time.

use timeline::LaneExt;
use tokio::time::Instant;

use super::{Kettle, serve_all};

/// What was done with the kettle for these orders.
async fn served(orders: &[u32]) -> Vec<String> {
    let kettle = Kettle::default();
    serve_all(&kettle, orders).lane("serve_all").await;
    kettle.log.into_inner()
}

#[exercise::test]
async fn it_gives_the_sum_of_what_the_cups_cost() {
    let cents = serve_all(&Kettle::default(), &[1, 2, 3]).await;
    assert_eq!(cents, 201 + 202 + 203, "cents for teas 1, 2 and 3");
}

#[exercise::test]
async fn the_kettle_is_put_on_for_each_order() {
    let log = served(&[1, 2, 3, 4]).await;
    let on = log.iter().filter(|line| line.ends_with("kettle on"));
    assert_eq!(
        on.count(),
        4,
        "times that the kettle was put on, for 4 teas"
    );
}

#[exercise::test]
async fn one_cup_is_poured_before_the_kettle_is_put_on_again() {
    let log = served(&[2, 1]).await;
    let wanted = [
        "tea 2: kettle on",
        "tea 2: poured",
        "tea 1: kettle on",
        "tea 1: poured",
    ];
    assert_eq!(log, wanted, "what was done, for teas 2 and 1");
}

#[exercise::test]
async fn three_cups_take_three_times_as_long_as_one() {
    let start = Instant::now();
    served(&[1, 2, 3]).await;
    let millis = start.elapsed().as_millis();
    assert_eq!(millis, 900, "ms for three cups of 300 ms");
}

#[exercise::test]
async fn no_orders_cost_nothing() {
    assert_eq!(serve_all(&Kettle::default(), &[]).await, 0);
}
