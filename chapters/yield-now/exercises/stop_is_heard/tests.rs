//! What `drink` must do. Until it comes back from a poll, nobody else has a
//! turn.

use std::cell::Cell;
use std::pin::pin;
use std::time::Duration;

use futures::{StreamExt, poll, stream};
use timeline::LaneExt;
use tokio::task::yield_now;
use tokio::time::{Instant, sleep};

use super::drink;

#[exercise::test]
async fn it_stops_when_it_is_told() {
    let stop = Cell::new(false);
    let drink = drink(stream::repeat(()), &stop).lane("drink");
    let say_stop = async {
        yield_now().await;
        stop.set(true);
    };
    tokio::join!(drink, say_stop.lane("say stop"));
}

#[exercise::test]
async fn stop_is_heard_within_a_thousand_bags() {
    let (stop, taken) = (Cell::new(false), Cell::new(0));
    // There is an end to them, so that one who never gives way comes to it.
    let bags = stream::iter(0..100_000).map(|n| taken.set(n + 1));
    let say_stop = async { stop.set(true) };
    tokio::join!(drink(bags, &stop), say_stop);
    let taken = taken.get();
    assert!(
        taken <= 1000,
        "{taken} bags were taken before stop was heard"
    );
}

#[exercise::test]
async fn without_a_stop_it_takes_them_all() {
    let taken = drink(stream::iter([(); 5000]), &Cell::new(false)).await;
    assert_eq!(taken, 5000, "bags taken, of 5000");
}

#[exercise::test]
async fn one_who_is_told_beforehand_takes_none() {
    let taken = drink(stream::repeat(()), &Cell::new(true)).await;
    assert_eq!(taken, 0, "bags taken after stop");
}

#[exercise::test]
async fn it_does_not_give_way_for_each_bag() {
    let never = Cell::new(false);
    let mut drink = pin!(drink(stream::iter([(); 10_000]), &never));
    let mut polls = 1;
    while polls < 20_000 && poll!(drink.as_mut()).is_pending() {
        polls += 1;
        yield_now().await;
    }
    assert!(
        polls <= 1000,
        "polls for 10,000 bags: {polls}, and more than 1,000 cost too much"
    );
}

#[exercise::test]
async fn it_waits_for_the_bags_and_for_nothing_else() {
    let start = Instant::now();
    let ready = drink(stream::iter([(); 5000]), &Cell::new(false)).await;
    let waited = start.elapsed().as_millis();
    assert_eq!(
        (ready, waited),
        (5000, 0),
        "bags, and ms, where all are ready"
    );
    let slow = stream::iter(1..=3).then(|_| sleep(Duration::from_secs(1)));
    let slow = drink(pin!(slow), &Cell::new(false)).await;
    let waited = start.elapsed().as_secs();
    assert_eq!(
        (slow, waited),
        (3, 3),
        "bags, and seconds, where each takes 1 s"
    );
}
