//! What `count_primes` must do. It is polled by hand, and the polls are
//! counted.

use std::cell::Cell;
use std::pin::pin;
use std::task::Poll;

use futures::poll;
use tokio::task::yield_now;
use tokio::time::Instant;

use super::count_primes;

/// How many polls it needs.
async fn polls(end: u32) -> usize {
    let mut count = pin!(count_primes(end));
    let mut polls = 1;
    // One that waits for a timer would be asked for ever.
    while polls < 10_000 && poll!(count.as_mut()).is_pending() {
        polls += 1;
        yield_now().await; // others have a turn
    }
    polls
}

#[exercise::test]
async fn it_counts_the_primes() {
    for (end, primes) in [(0, 0), (2, 0), (3, 1), (100, 25), (2000, 303)] {
        let counted = count_primes(end).await;
        assert_eq!(counted, primes, "primes below {end}");
    }
}

#[exercise::test]
async fn others_have_turns_while_it_counts() {
    let (turns, done) = (Cell::new(0), Cell::new(false));
    let count = async {
        count_primes(3_000).await;
        done.set(true);
    };
    let other = async {
        while !done.get() && turns.get() < 10_000 {
            turns.set(turns.get() + 1);
            yield_now().await;
        }
    };
    tokio::join!(count, other);
    let turns = turns.get();
    assert!(
        turns >= 10,
        "turns of the other, while 3,000 are tested: {turns}"
    );
}

#[exercise::test]
async fn it_comes_back_from_its_poll_now_and_then() {
    let polls = polls(3_000).await;
    assert!(
        polls >= 10,
        "polls for 3,000 numbers: {polls}, and 10 are wanted"
    );
}

#[exercise::test]
async fn it_does_not_give_way_for_every_number() {
    let polls = polls(3_000).await;
    assert!(
        polls <= 300,
        "polls for 3,000 numbers: {polls}, and more than 300 cost too much"
    );
}

#[exercise::test]
async fn it_waits_for_nothing() {
    let start = Instant::now();
    count_primes(3_000).await;
    let waited = start.elapsed().as_millis();
    assert_eq!(waited, 0, "ms that were waited for, and not computed");
}

#[exercise::test]
async fn there_is_no_turn_where_there_is_nothing_to_count() {
    let first = poll!(pin!(count_primes(0)));
    assert_eq!(
        first,
        Poll::Ready(0),
        "the first poll, with nothing to count"
    );
}
