//! What `once` must do. The clock is paused: a second takes no time.

use std::cell::Cell;
use std::time::Duration;

use timeline::LaneExt;
use tokio::time::{Instant, sleep, timeout};

use super::Keys;

const SECOND: Duration = Duration::from_secs(1);

/// What an order gives.
type Given = Result<u32, String>;

/// Takes three seconds, and counts how often it's begun.
async fn work(begun: &Cell<u32>, gives: Given) -> Given {
    begun.set(begun.get() + 1);
    sleep(3 * SECOND).await;
    gives
}

/// Comes after so many seconds.
async fn guest(
    after: u32,
    keys: &Keys,
    key: &str,
    begun: &Cell<u32>,
    gives: Given,
) -> Given {
    sleep(after * SECOND).await;
    keys.once(key, || work(begun, gives)).await
}

fn error() -> Given {
    Err("the card was refused".to_owned())
}

#[exercise::test]
async fn done_before_it_is_not_done_again() {
    let (keys, begun) = (Keys::default(), Cell::new(0));
    let first: Given = guest(0, &keys, "a", &begun, Ok(7)).await;
    let again: Given = guest(0, &keys, "a", &begun, Ok(8)).await;
    assert_eq!((first, again), (Ok(7), Ok(7)), "what the two got");
    assert_eq!(begun.get(), 1, "how often the work was begun");
}

#[exercise::test]
async fn who_comes_meanwhile_gets_the_same() {
    let (keys, begun) = (Keys::default(), Cell::new(0));
    let (one, two, three): (Given, Given, Given) = tokio::join!(
        guest(0, &keys, "a", &begun, Ok(7)).lane("guest 1"),
        guest(1, &keys, "a", &begun, Ok(8)).lane("guest 2"),
        guest(2, &keys, "a", &begun, Ok(9)).lane("guest 3"),
    );
    assert_eq!((one, two, three), (Ok(7), Ok(7), Ok(7)), "what they got");
    assert_eq!(begun.get(), 1, "how often the work was begun");
}

#[exercise::test]
async fn other_keys_do_not_wait() {
    let (keys, begun) = (Keys::default(), Cell::new(0));
    let start = Instant::now();
    let (one, two): (Given, Given) = tokio::join!(
        guest(0, &keys, "a", &begun, Ok(7)).lane("guest 1"),
        guest(1, &keys, "b", &begun, Ok(8)).lane("guest 2"),
    );
    assert_eq!((one, two), (Ok(7), Ok(8)), "what the two got");
    assert_eq!(start.elapsed(), 4 * SECOND, "when both were done");
}

#[exercise::test]
async fn an_error_is_not_kept() {
    let (keys, begun) = (Keys::default(), Cell::new(0));
    let first: Given = guest(0, &keys, "a", &begun, error()).await;
    let again: Given = guest(0, &keys, "a", &begun, Ok(8)).await;
    assert_eq!((first, again), (error(), Ok(8)), "what the two got");
}

#[exercise::test]
async fn who_waits_for_an_error_tries_it() {
    let (keys, begun) = (Keys::default(), Cell::new(0));
    let (one, two): (Given, Given) = tokio::join!(
        guest(0, &keys, "a", &begun, error()).lane("guest 1"),
        guest(1, &keys, "a", &begun, Ok(8)).lane("guest 2"),
    );
    assert_eq!((one, two), (error(), Ok(8)), "what the two got");
    assert_eq!(begun.get(), 2, "how often the work was begun");
}

#[exercise::test]
async fn when_the_first_leaves_the_next_does_it() {
    let (keys, begun) = (Keys::default(), Cell::new(0));
    let first = guest(0, &keys, "a", &begun, Ok(7)).lane("guest 1");
    let (one, two) = tokio::join!(
        timeout(2 * SECOND, first),
        guest(1, &keys, "a", &begun, Ok(8)).lane("guest 2"),
    );
    assert!(one.is_err(), "guest 1 left after 2 s, of 3");
    let two: Given = two;
    assert_eq!(two, Ok(8), "what guest 2 got, who had been waiting");
    let later: Given = guest(0, &keys, "a", &begun, Ok(9)).await;
    assert_eq!(later, Ok(8), "what a third guest got");
}
