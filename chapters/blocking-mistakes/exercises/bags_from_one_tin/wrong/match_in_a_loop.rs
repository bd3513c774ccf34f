//! Moves the lock out of the loop's head, into a place that holds it as long.

use std::sync::Mutex;
use std::time::Duration;

pub async fn cook(tin: &Mutex<Vec<u32>>, mut pour: impl FnMut(u32)) {
    loop {
        match tin.lock().unwrap().pop() {
            Some(bag) => {
                brew(bag).await;
                pour(bag);
            }
            None => return,
        }
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
