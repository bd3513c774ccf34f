//! What `cheapest_first` must do. The clock is paused: a second takes no time.

use std::cell::RefCell;
use std::time::Duration;

use timeline::LaneExt;
use tokio::time::{Instant, sleep};

use super::cheapest_first;

const PRICES: [(&str, u32); 4] =
    [("Zuse", 2), ("Ada", 3), ("Hopper", 1), ("Bush", 2)];

/// The kitchens in order, who was asked, and how many seconds it took.
async fn asked(
    kitchens: &[&'static str],
) -> (Vec<&'static str>, Vec<&'static str>, u64) {
    let start = Instant::now();
    let asked = RefCell::new(Vec::new());
    let price = |kitchen: &'static str| {
        asked.borrow_mut().push(kitchen);
        let answer = async move {
            sleep(Duration::from_secs(1)).await;
            let found = PRICES.iter().find(|(name, _)| *name == kitchen);
            found.expect("a kitchen of these tests").1
        };
        answer.lane(kitchen)
    };
    let sorted = cheapest_first(kitchens.to_vec(), price).await;
    (sorted, asked.into_inner(), start.elapsed().as_secs())
}

#[exercise::test]
async fn the_cheapest_comes_first() {
    let (sorted, _, _) = asked(&["Ada", "Bush", "Hopper"]).await;
    assert_eq!(sorted, ["Hopper", "Bush", "Ada"], "prices 1, 2 and 3");
}

#[exercise::test]
async fn all_are_asked_at_the_same_time() {
    let (_, _, seconds) = asked(&["Ada", "Bush", "Hopper", "Zuse"]).await;
    assert_eq!(seconds, 1, "seconds for four questions of 1 s");
}

#[exercise::test]
async fn each_is_asked_once() {
    let (_, mut asked, _) = asked(&["Zuse", "Ada", "Hopper", "Bush"]).await;
    asked.sort_unstable();
    assert_eq!(asked, ["Ada", "Bush", "Hopper", "Zuse"], "who was asked");
}

#[exercise::test]
async fn equal_prices_stay_in_their_order() {
    let (sorted, _, _) = asked(&["Zuse", "Bush"]).await;
    assert_eq!(sorted, ["Zuse", "Bush"], "both at 2, Zuse given first");
    let (sorted, _, _) = asked(&["Bush", "Zuse"]).await;
    assert_eq!(sorted, ["Bush", "Zuse"], "both at 2, Bush given first");
}

#[exercise::test]
async fn no_kitchens_are_in_order() {
    let (sorted, _, seconds) = asked(&[]).await;
    assert!(sorted.is_empty(), "there is no kitchen");
    assert_eq!(seconds, 0, "seconds without a question");
}
