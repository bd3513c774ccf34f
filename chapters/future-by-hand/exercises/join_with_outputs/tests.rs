//! What `join_outputs` must do. The clock is paused: a second takes no time,
//! and the order is exact.

use std::cell::Cell;
use std::time::Duration;

use timeline::LaneExt;
use tokio::time::{Instant, sleep};

use super::join_outputs;

/// Neither `Clone` nor `Default`.
#[derive(Debug, PartialEq)]
struct Cup(u64);

async fn tea(seconds: u64) -> Cup {
    sleep(Duration::from_secs(seconds)).await;
    Cup(seconds)
}

fn teas(seconds: &[u64]) -> Vec<impl Future<Output = Cup>> {
    let tea = |&n| tea(n).lane(format!("tea of {n} s"));
    seconds.iter().map(tea).collect()
}

#[exercise::test]
async fn outputs_come_in_the_order_of_the_list() {
    let cups = join_outputs(teas(&[3, 1, 2])).await;
    assert_eq!(cups, [Cup(3), Cup(1), Cup(2)], "teas of 3, 1 and 2 s");
}

#[exercise::test]
async fn all_of_them_wait_at_the_same_time() {
    let start = Instant::now();
    join_outputs(teas(&[2, 2, 2])).await;
    let seconds = start.elapsed().as_secs();
    assert_eq!(seconds, 2, "seconds for three cups of 2 s");
}

#[exercise::test]
async fn who_was_ready_is_not_polled_again() {
    let cups = join_outputs(teas(&[1, 2, 3])).await;
    assert_eq!(cups, [Cup(1), Cup(2), Cup(3)], "teas of 1, 2 and 3 s");
}

#[exercise::test]
async fn all_are_begun_before_one_is_done() {
    let begun = Cell::new(0);
    let tea = async |n| {
        begun.set(begun.get() + 1);
        sleep(Duration::from_secs(n)).await;
        begun.get()
    };
    let seen = join_outputs([1, 2].map(&tea).into()).await;
    assert_eq!(seen, [2, 2], "teas begun when each was poured");
}

#[exercise::test]
async fn a_hundred_are_no_more_trouble() {
    let seconds: Vec<u64> = (1..=100).rev().collect();
    let cups = join_outputs(teas(&seconds)).await;
    let pairs = cups.iter().zip(&seconds);
    let in_place = pairs.filter(|(cup, n)| cup.0 == **n).count();
    assert_eq!(in_place, 100, "outputs in the place of their futures");
}

#[exercise::test]
async fn nothing_to_join_is_ready_at_once() {
    let cups = join_outputs(teas(&[])).await;
    assert_eq!(cups, [], "the outputs of no futures");
}
