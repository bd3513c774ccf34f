//! Six orders need a price, and two may ask at a time. Watch how many do.
use std::{sync::Arc, time::Duration};
use timeline::LaneExt;
use tokio::{sync::Semaphore, task::JoinSet, time::sleep};

#[timeline::lane("price {n}")]
async fn price(n: u32) {
    sleep(Duration::from_millis(200)).await;
    println!("price {n}: known");
}

#[timeline::lane("orders")]
async fn orders() {
    let permits = Arc::new(Semaphore::new(2));
    let mut prices = JoinSet::new();
    for n in 1..=6 {
        let permit = Arc::clone(&permits).acquire_owned();
        let permit = permit.waits_for("a permit").await;
        let _permit = permit.expect("it is never closed");
        prices.spawn(price(n));
    }
    prices.join_all().await;
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    orders().await;
}
