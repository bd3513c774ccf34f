//! Two cooks and one tin. Watch who has the lock, and for how long.

use std::sync::Mutex;
use std::time::Duration;

use timeline::LaneExt;

/// Brews the bags of the tin, one after another, until there are no more.
pub async fn cook(tin: &Mutex<Vec<u32>>, mut pour: impl FnMut(u32)) {
    while let Some(bag) = tin.lock().unwrap().pop() {
        brew(bag).await;
        pour(bag);
    }
}

#[timeline::lane("bag {bag}")]
async fn brew(bag: u32) {
    println!("bag {bag}: kettle on");
    tokio::time::sleep(Duration::from_secs(1)).await;
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let tin = Mutex::new(vec![1, 2, 3, 4]);
    let pour = |bag| println!("bag {bag}: poured");
    tokio::join!(
        cook(&tin, pour).lane("cook 1"),
        cook(&tin, pour).lane("cook 2"),
    );
}

#[cfg(test)]
#[path = "../../../chapters/blocking-mistakes/exercises/bags_from_one_tin/tests.rs"]
mod tests;
