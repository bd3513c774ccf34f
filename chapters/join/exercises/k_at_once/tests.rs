//! What `at_most` must do. The clock is paused: a second takes no time, and the
//! order is exact.

use std::cell::{Cell, RefCell};
use std::time::Duration;

use timeline::LaneExt;
use tokio::time::{Instant, sleep};

use super::at_most;

/// What is seen of futures that take so many seconds each, two at a time.
struct Seen {
    outputs: Vec<u64>,
    /// How many were under way at most.
    most: usize,
    /// The second in which each began.
    begun: Vec<u64>,
    /// How many seconds it took in all.
    took: u64,
}

async fn two_at_a_time(seconds: &[u64]) -> Seen {
    let (under_way, most) = (Cell::new(0), Cell::new(0));
    let begun = RefCell::new(Vec::new());
    let start = Instant::now();
    let tea = async |n| {
        begun.borrow_mut().push(start.elapsed().as_secs());
        under_way.set(under_way.get() + 1);
        most.set(most.get().max(under_way.get()));
        sleep(Duration::from_secs(n)).await;
        under_way.set(under_way.get() - 1);
        n
    };
    let teas = seconds.iter();
    let teas = teas.map(|&n| tea(n).lane(format!("tea of {n} s")));
    let outputs = at_most(2, teas.collect()).await;
    Seen {
        outputs,
        most: most.get(),
        took: start.elapsed().as_secs(),
        begun: begun.take(),
    }
}

#[exercise::test]
async fn the_outputs_come_in_the_order_of_the_list() {
    let seen = two_at_a_time(&[5, 1, 4, 2, 3]).await;
    assert_eq!(seen.outputs, [5, 1, 4, 2, 3], "the outputs");
}

#[exercise::test]
async fn never_are_more_than_k_under_way() {
    let seen = two_at_a_time(&[60, 1, 1, 2, 3, 1, 1, 1]).await;
    assert_eq!(seen.most, 2, "futures under way at once, of two at a time");
}

#[exercise::test]
async fn the_next_one_begins_when_one_is_done() {
    let seen = two_at_a_time(&[2, 4, 2, 2]).await;
    assert_eq!(seen.begun, [0, 0, 2, 4], "the seconds of their beginnings");
    assert_eq!(seen.took, 6, "seconds in all");
}

#[exercise::test]
async fn a_slow_one_at_the_head_keeps_nobody_from_beginning() {
    let seen = two_at_a_time(&[60, 1, 1, 1, 1, 1]).await;
    let wanted = [0, 0, 1, 2, 3, 4];
    assert_eq!(seen.begun, wanted, "the seconds of their beginnings");
}

#[exercise::test]
async fn there_may_be_fewer_than_k() {
    assert_eq!(two_at_a_time(&[3]).await.outputs, [3]);
    assert_eq!(two_at_a_time(&[]).await.outputs, [0; 0]);
}
