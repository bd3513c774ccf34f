//! What `kitchen` must read. The clock is paused, and the wire is in memory.

use std::time::Duration;

use timeline::LaneExt;
use tokio::io::{AsyncWriteExt, duplex};
use tokio::time::sleep;

use super::kitchen;

/// Writes pieces, with a pause after each, then ends. Gives the orders, and how
/// many ticks there were.
async fn ordered(pieces: &[&str], ms: u64) -> (Vec<String>, u32) {
    let (mut left, right) = duplex(256);
    let guest = async move {
        for piece in pieces {
            left.write_all(piece.as_bytes()).await.unwrap();
            sleep(Duration::from_millis(ms)).await;
        }
    };
    let mut ticks = 0;
    let kitchen = kitchen(right, || ticks += 1).lane("kitchen");
    let ((), orders) = tokio::join!(guest.lane("guest"), kitchen);
    (orders.expect("the wire is whole"), ticks)
}

#[exercise::test]
async fn whole_lines_are_orders() {
    let (orders, _) = ordered(&["tea\n", "coffee\n"], 100).await;
    assert_eq!(orders, ["tea", "coffee"], "the orders");
}

#[exercise::test]
async fn a_tick_in_the_middle_loses_nothing() {
    let (orders, _) = ordered(&["tea with ", "milk\n"], 700).await;
    assert_eq!(orders, ["tea with milk"], "the orders");
}

#[exercise::test]
async fn nor_do_many_ticks() {
    let (orders, _) = ordered(&["t", "e", "a\n", "co", "ffee\n"], 2000).await;
    assert_eq!(orders, ["tea", "coffee"], "the orders");
}

#[exercise::test]
async fn two_orders_may_come_in_one_piece() {
    let (orders, _) = ordered(&["tea\ncof", "fee\n"], 700).await;
    assert_eq!(orders, ["tea", "coffee"], "the orders");
}

#[exercise::test]
async fn silence_makes_it_tick() {
    let (_, ticks) = ordered(&["tea\n", "cof", "fee\n"], 700).await;
    assert_eq!(ticks, 3, "ticks in three pauses of 700 ms");
    let (_, ticks) = ordered(&["tea\n", "coffee\n"], 500).await;
    assert_eq!(ticks, 0, "ticks in two pauses of 500 ms");
}

#[exercise::test]
async fn the_last_line_needs_no_end() {
    let (orders, _) = ordered(&["tea\n", "cof", "fee"], 700).await;
    assert_eq!(orders, ["tea", "coffee"], "the orders");
}
