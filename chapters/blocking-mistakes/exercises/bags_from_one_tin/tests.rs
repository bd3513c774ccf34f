//! What `cook` must do. The clock is paused: a second takes no time.

use std::cell::RefCell;
use std::sync::Mutex;
use std::time::Duration;

use timeline::LaneExt;
use tokio::time::{Instant, sleep};

use super::cook;

#[exercise::test]
async fn one_cook_brews_all_the_bags() {
    let poured = RefCell::new(Vec::new());
    let tin = Mutex::new(vec![1, 2, 3]);
    cook(&tin, |bag| poured.borrow_mut().push(bag)).await;
    assert_eq!(*poured.borrow(), [3, 2, 1], "the bags that were poured");
}

#[exercise::test]
async fn two_cooks_share_the_bags() {
    let start = Instant::now();
    let poured = RefCell::new(Vec::new());
    let tin = Mutex::new(vec![1, 2, 3, 4]);
    let pour = |bag| poured.borrow_mut().push(bag);
    tokio::join!(
        cook(&tin, pour).lane("cook 1"),
        cook(&tin, pour).lane("cook 2"),
    );
    assert_eq!(start.elapsed().as_secs(), 2, "seconds for four bags");
    poured.borrow_mut().sort_unstable();
    assert_eq!(*poured.borrow(), [1, 2, 3, 4], "the bags that were poured");
}

#[exercise::test]
async fn the_tin_is_free_while_a_bag_is_brewed() {
    let tin = Mutex::new(vec![1, 2]);
    let look = async {
        sleep(Duration::from_millis(500)).await;
        let is_free = tin.try_lock().is_ok();
        assert!(is_free, "half way through a bag, nobody needs the lock");
    };
    tokio::join!(cook(&tin, |_| ()).lane("cook"), look);
}

#[exercise::test]
async fn what_is_put_in_meanwhile_is_brewed_too() {
    let poured = RefCell::new(Vec::new());
    let tin = Mutex::new(vec![1]);
    let fill = async {
        sleep(Duration::from_millis(500)).await;
        // Not by `lock`: should the cook have it, that would be a second hang.
        match tin.try_lock() {
            Ok(mut bags) => bags.push(2),
            Err(_) => panic!("half way through a bag, nobody needs the lock"),
        }
    };
    tokio::join!(
        cook(&tin, |bag| poured.borrow_mut().push(bag)).lane("cook"),
        fill,
    );
    assert_eq!(*poured.borrow(), [1, 2], "the bags that were poured");
}

#[exercise::test]
async fn an_empty_tin_is_the_end() {
    let tin = Mutex::new(Vec::new());
    cook(&tin, |bag| panic!("there is no bag {bag}")).await;
}
