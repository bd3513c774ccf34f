//! Three tickets, three orders, one thread. Watch who waits for whom.
use std::time::Duration;
use timeline::LaneExt;
use tokio::sync::Mutex;
use tokio::time::sleep;

async fn pay() {
    sleep(Duration::from_millis(300)).await;
}

async fn order(n: u32, tickets: &Mutex<i32>) {
    let mut tickets = tickets.lock().waits_for("the count").await;
    if *tickets == 0 {
        println!("order {n}: sold out");
        return;
    }
    pay().await; // the lock is held
    *tickets -= 1;
    println!("order {n}: here is your ticket");
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let tickets = Mutex::new(3);
    tokio::join!(
        order(1, &tickets).lane("order 1"),
        order(2, &tickets).lane("order 2"),
        order(3, &tickets).lane("order 3"),
    );
    println!("tickets left: {}", tickets.lock().await);
}
