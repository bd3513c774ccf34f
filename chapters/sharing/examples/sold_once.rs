//! One ticket, three orders, one thread. Watch how many are sold.
use std::sync::Mutex;
use std::time::Duration;
use timeline::LaneExt;
use tokio::time::sleep;

async fn pay() {
    sleep(Duration::from_millis(300)).await;
}

/// Takes a ticket, if there is one: looks and writes in one go.
fn take(tickets: &Mutex<i32>) -> bool {
    let mut tickets = tickets.lock().unwrap();
    let there_is_one = *tickets > 0;
    *tickets -= i32::from(there_is_one);
    there_is_one
}

async fn order(n: u32, tickets: &Mutex<i32>) {
    if !take(tickets) {
        println!("order {n}: sold out");
        return;
    }
    pay().await;
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
