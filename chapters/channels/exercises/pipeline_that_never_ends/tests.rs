//! What `evening` must do. The clock is paused: a minute takes no time.

use std::cell::RefCell;
use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::evening;

/// What is served, and in which second, where a brew takes so many of them. An
/// order becomes as many cups as it has tens, each with the order's number.
async fn served(seconds: u64, doors: &[&[u32]]) -> Vec<(u64, u32)> {
    let start = Instant::now();
    let served = RefCell::new(Vec::new());
    let brew = async |order: u32| {
        sleep(Duration::from_secs(seconds)).await;
        vec![order; order as usize / 10]
    };
    let serve = |cup| {
        served.borrow_mut().push((start.elapsed().as_secs(), cup));
    };
    let doors = doors.iter().map(|list| list.to_vec()).collect();
    evening(doors, brew, serve).await;
    served.into_inner()
}

/// The cups alone.
fn cups(served: &[(u64, u32)]) -> Vec<u32> {
    served.iter().map(|(_, cup)| *cup).collect()
}

#[exercise::test]
async fn it_ends_when_all_is_served() {
    let cups = cups(&served(1, &[&[11, 12, 13]]).await);
    assert_eq!(cups, [11, 12, 13], "the cups that were served");
}

#[exercise::test]
async fn a_pot_is_several_cups_and_some_orders_are_none() {
    let cups = cups(&served(1, &[&[1, 11, 31, 2, 21]]).await);
    let wanted = [11, 31, 31, 31, 21, 21];
    assert_eq!(cups, wanted, "cups of orders for 0, 1, 3, 0 and 2 of them");
}

#[exercise::test]
async fn many_cups_at_the_end_are_served_too() {
    let cups = cups(&served(1, &[&[11, 91]]).await);
    let wanted = [11, 91, 91, 91, 91, 91, 91, 91, 91, 91];
    assert_eq!(cups, wanted, "cups, where the last order is for nine");
}

#[exercise::test]
async fn all_doors_are_heard() {
    let mut cups = cups(&served(1, &[&[11, 12], &[], &[13, 14, 15]]).await);
    cups.sort_unstable();
    assert_eq!(cups, [11, 12, 13, 14, 15], "the cups, sorted");
}

#[exercise::test]
async fn a_slow_brew_is_waited_for() {
    let served = served(3600, &[&[11, 12]]).await;
    let wanted = [(3600, 11), (7200, 12)];
    assert_eq!(served, wanted, "(second, cup), an hour for each brew");
}

#[exercise::test]
async fn an_evening_without_orders_ends_too() {
    let cups = cups(&served(1, &[&[], &[]]).await);
    let none: [u32; 0] = [];
    assert_eq!(cups, none, "the cups that were served");
}
