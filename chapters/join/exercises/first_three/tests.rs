//! What `first_three` must do. The clock is paused: a second takes no time, and
//! the order is exact.

use std::cell::RefCell;
use std::time::Duration;

use timeline::LaneExt;
use tokio::time::{Instant, sleep};

use super::first_three;

async fn after(seconds: u64) -> u64 {
    sleep(Duration::from_secs(seconds)).await;
    seconds
}

fn teas(seconds: &[u64]) -> Vec<impl Future<Output = u64>> {
    let tea = |&n| after(n).lane(format!("tea of {n} s"));
    seconds.iter().map(tea).collect()
}

#[exercise::test]
async fn the_first_three_come_in_the_order_in_which_they_finish() {
    let cups: Vec<u64> = first_three(teas(&[5, 1, 4, 2, 3])).await;
    assert_eq!(cups, [1, 2, 3]);
}

#[exercise::test]
async fn all_of_them_wait_at_the_same_time() {
    let start = Instant::now();
    first_three(teas(&[3, 3, 3, 3])).await;
    assert_eq!(
        start.elapsed().as_secs(),
        3,
        "seconds for three cups of 3 s"
    );
}

#[exercise::test]
async fn nobody_waits_for_the_fourth() {
    let start = Instant::now();
    first_three(teas(&[1, 1, 1, 60])).await;
    assert_eq!(
        start.elapsed().as_secs(),
        1,
        "seconds until three were there"
    );
}

#[exercise::test]
async fn a_cup_that_nobody_drinks_is_not_poured() {
    let poured = RefCell::new(Vec::new());
    let tea = async |n| {
        sleep(Duration::from_secs(n)).await;
        poured.borrow_mut().push(n);
    };
    first_three((1..=5).map(&tea).collect()).await;
    sleep(Duration::from_secs(60)).await;
    assert_eq!(*poured.borrow(), [1, 2, 3], "the cups that were poured");
}

#[exercise::test]
async fn fewer_than_three_are_all_there_is() {
    let cups: Vec<u64> = first_three(teas(&[2, 1])).await;
    assert_eq!(cups, [1, 2]);
}
