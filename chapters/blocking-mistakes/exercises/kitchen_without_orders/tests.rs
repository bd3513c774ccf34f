//! What `evening` must do. The clock is paused: a tenth of a second takes no
//! time.

use std::cell::Cell;
use std::time::Duration;

use timeline::LaneExt;
use tokio::time::{Instant, sleep};

use super::evening;

#[exercise::test]
async fn one_guest_orders() {
    assert_eq!(evening(vec![1]).await, [1], "the orders");
}

#[exercise::test]
async fn orders_come_as_the_guests_have_thought() {
    assert_eq!(evening(vec![7, 3, 5]).await, [3, 5, 7], "the orders");
}

#[exercise::test]
async fn the_guests_think_at_the_same_time() {
    let start = Instant::now();
    evening(vec![4, 4, 4]).await;
    let tenths = start.elapsed().as_millis() / 100;
    assert_eq!(tenths, 4, "tenths of a second for three guests");
}

#[exercise::test]
async fn a_heart_beats_beside_it() {
    let beats = Cell::new(0);
    let heart = async {
        loop {
            sleep(Duration::from_millis(200)).await;
            beats.set(beats.get() + 1);
        }
    };
    tokio::select! {
        orders = evening(vec![9]) => assert_eq!(orders, [9], "the orders"),
        () = heart.lane("heart") => (),
    }
    assert_eq!(beats.get(), 4, "beats in nine tenths of a second");
}

#[exercise::test]
async fn without_guests_it_is_over_at_once() {
    let start = Instant::now();
    assert!(evening(vec![]).await.is_empty(), "nobody has ordered");
    assert_eq!(start.elapsed().as_millis(), 0, "ms of an empty evening");
}
