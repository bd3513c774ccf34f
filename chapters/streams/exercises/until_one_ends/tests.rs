//! What `until_one_ends` must do. The clock is paused.

use std::time::Duration;

use futures::{FutureExt, Stream, StreamExt, stream};
use tokio::time::sleep;

use super::until_one_ends;

/// The items of one, each so many seconds after the one before.
fn slow(
    seconds: u64,
    items: &'static [&str],
) -> impl Stream<Item = &'static str> + Unpin {
    Box::pin(stream::iter(items).then(move |item| async move {
        sleep(Duration::from_secs(seconds)).await;
        *item
    }))
}

#[exercise::test]
async fn items_come_from_both() {
    let left = slow(2, &["l1", "l2", "l3"]);
    let right = slow(5, &["r1", "r2"]);
    let both = until_one_ends(left, right).take(4);
    let items: Vec<&str> = both.collect().await;
    assert_eq!(items, ["l1", "l2", "r1", "l3"], "the first four items");
}

#[exercise::test]
async fn it_ends_when_the_left_one_ends() {
    let left = slow(2, &["l1"]);
    let right = slow(1, &["r1"]).chain(stream::pending());
    let items: Vec<&str> = until_one_ends(left, right).collect().await;
    assert_eq!(items, ["r1", "l1"], "the items until the left one ended");
}

#[exercise::test]
async fn it_ends_when_the_right_one_ends() {
    let left = slow(1, &["l1"]).chain(stream::pending());
    let right = slow(2, &["r1"]);
    let items: Vec<&str> = until_one_ends(left, right).collect().await;
    assert_eq!(items, ["l1", "r1"], "the items until the right one ended");
}

#[exercise::test]
async fn a_quick_one_does_not_keep_the_other_out() {
    let both = until_one_ends(stream::repeat("l"), stream::repeat("r"));
    let items: Vec<&str> = both.take(100).collect().await;
    let left = items.iter().filter(|item| **item == "l").count();
    assert_eq!(
        left, 50,
        "items of the left one, where both always have one"
    );
}

#[exercise::test]
async fn after_its_end_it_asks_neither() {
    // Each panics when it is asked after its end.
    let end = || Box::pin(stream::unfold((), async |()| None::<(u32, ())>));
    let mut left_ended = until_one_ends(end(), stream::pending());
    let mut right_ended = until_one_ends(stream::pending(), end());
    for asked in 1..=5 {
        let left = left_ended.next().now_or_never();
        assert_eq!(left, Some(None), "the answer to question {asked}");
        let right = right_ended.next().now_or_never();
        assert_eq!(right, Some(None), "the answer to question {asked}");
    }
}
