//! Does not block for the lock any more, and never rests either.

use std::sync::Mutex;
use std::time::Duration;

use tokio::task::yield_now;

pub async fn cook(tin: &Mutex<Vec<u32>>, mut pour: impl FnMut(u32)) {
    loop {
        if let Ok(mut bags) = tin.try_lock() {
            let Some(bag) = bags.pop() else { return };
            brew(bag).await;
            pour(bag);
        }
        yield_now().await;
    }
}

async fn brew(bag: u32) {
    println!("bag {bag}: kettle on");
    tokio::time::sleep(Duration::from_secs(1)).await;
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let tin = Mutex::new(vec![1, 2]);
    cook(&tin, |bag| println!("bag {bag}: poured")).await;
}
