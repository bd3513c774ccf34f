//! The picture that `breakfast` must draw, as a log. The clock is paused: each
//! millisecond is exact.

use super::{Kitchen, breakfast};

/// The millisecond in which something happened.
async fn when(line: &str) -> u128 {
    let kitchen = Kitchen::open();
    breakfast(&kitchen).await;
    let log = kitchen.log();
    let found = log.iter().find(|(_, it)| it == line);
    let (millis, _) = found.unwrap_or_else(|| panic!("never: {line}"));
    *millis
}

#[exercise::test]
async fn both_teas_begin_at_once() {
    assert_eq!(when("tea 1 begins").await, 0, "the ms of `tea 1 begins`");
    assert_eq!(when("tea 2 begins").await, 0, "the ms of `tea 2 begins`");
}

#[exercise::test]
async fn the_egg_begins_with_the_teas() {
    assert_eq!(when("egg begins").await, 0, "the ms of `egg begins`");
}

#[exercise::test]
async fn the_toast_waits_until_both_teas_are_poured() {
    let toast = when("toast begins").await;
    let tea_2 = when("tea 2 ends").await;
    assert!(
        toast >= tea_2,
        "the toast began at {toast} ms, and tea 2 was poured at {tea_2} ms"
    );
}

#[exercise::test]
async fn the_toast_does_not_wait_for_the_egg() {
    let toast = when("toast begins").await;
    let tea_2 = when("tea 2 ends").await;
    assert_eq!(toast, tea_2, "the ms of `toast begins` and `tea 2 ends`");
}

#[exercise::test]
async fn it_draws_the_whole_picture() {
    let kitchen = Kitchen::open();
    breakfast(&kitchen).await;
    let log = kitchen.log();
    let log: Vec<_> = log.iter().map(|(at, it)| (*at, &**it)).collect();
    let picture = [
        (0, "egg begins"),
        (0, "tea 1 begins"),
        (0, "tea 2 begins"),
        (300, "tea 1 ends"),
        (600, "tea 2 ends"),
        (600, "toast begins"),
        (800, "egg ends"),
        (900, "toast ends"),
    ];
    assert_eq!(log, picture, "what happened in which millisecond");
}
