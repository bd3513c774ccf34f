//! One ticket, three orders, one thread. Watch how many are sold.
use std::sync::Mutex;
use std::time::Duration;
use timeline::LaneExt;
use tokio::time::sleep;

async fn pay() {
    sleep(Duration::from_millis(300)).await;
}

async fn order(n: u32, tickets: &Mutex<i32>) {
    let left = *tickets.lock().unwrap(); // looks
    if left == 0 {
        println!("order {n}: sold out");
        return;
    }
    pay().await;
    *tickets.lock().unwrap() = left - 1; // writes
    println!("order {n}: here is your ticket");
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let tickets = Mutex::new(1);
    tokio::join!(
        order(1, &tickets).lane("order 1"),
        order(2, &tickets).lane("order 2"),
        order(3, &tickets).lane("order 3"),
    );
    println!("tickets left: {}", tickets.lock().unwrap());
}
