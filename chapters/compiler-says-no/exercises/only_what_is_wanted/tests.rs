//! What `wanted` must do. The clock is paused: a second takes no time.

use std::cell::RefCell;
use std::time::Duration;

use timeline::LaneExt;
use tokio::time::{Instant, sleep};

use super::wanted;

/// Cannot be copied.
#[derive(Debug, PartialEq)]
struct Cup(u32);

/// The even ones of these cups, and the seconds that it took: as many for each
/// question as its cup says.
async fn even(cups: &[u32]) -> (Vec<u32>, u64) {
    let start = Instant::now();
    let cups: Vec<Cup> = cups.iter().map(|n| Cup(*n)).collect();
    let kept: Vec<Cup> = wanted(cups, async |cup: &Cup| {
        let pause = sleep(Duration::from_secs(cup.0.into()));
        pause.lane(format!("cup {}", cup.0)).await;
        matches!(cup.0, 2 | 4 | 6)
    })
    .await;
    let kept = kept.into_iter().map(|cup| cup.0).collect();
    (kept, start.elapsed().as_secs())
}

#[exercise::test]
async fn it_keeps_what_is_wanted() {
    let (kept, _) = even(&[1, 2, 3, 4]).await;
    assert_eq!(kept, [2, 4], "the cups that are even");
}

#[exercise::test]
async fn all_are_asked_at_the_same_time() {
    let (_, seconds) = even(&[3, 4, 2]).await;
    assert_eq!(seconds, 4, "seconds for questions of 3, 4 and 2 s");
}

#[exercise::test]
async fn they_stay_in_their_order() {
    let (kept, _) = even(&[6, 2, 4]).await;
    assert_eq!(kept, [6, 2, 4], "the cups, all of them even");
}

#[exercise::test]
async fn each_is_asked_once() {
    let asked = RefCell::new(Vec::new());
    let kept: Vec<Cup> = wanted(vec![Cup(1), Cup(2)], async |cup: &Cup| {
        asked.borrow_mut().push(cup.0);
        false
    })
    .await;
    assert_eq!(kept, [], "the cups that are wanted");
    assert_eq!(asked.into_inner(), [1, 2], "the cups that were asked about");
}
