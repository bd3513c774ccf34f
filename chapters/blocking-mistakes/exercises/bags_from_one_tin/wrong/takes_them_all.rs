//! Holds the lock for a moment only, and takes everything out.

use std::sync::Mutex;
use std::time::Duration;

pub async fn cook(tin: &Mutex<Vec<u32>>, mut pour: impl FnMut(u32)) {
    let mut bags = std::mem::take(&mut *tin.lock().unwrap());
    while let Some(bag) = bags.pop() {
        brew(bag).await;
        pour(bag);
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
