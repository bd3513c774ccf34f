//! A report reads once, and somebody wants to write. Watch the update.
use std::time::Duration;
use timeline::LaneExt;
use tokio::sync::RwLock;
use tokio::time::sleep;

type Prices = RwLock<Vec<u32>>;

fn total(prices: &[u32]) -> u32 {
    prices.iter().sum()
}

async fn report(prices: &Prices) {
    let read = prices.read().waits_for("a read lock").await;
    println!("report: {} prices", read.len());
    sleep(Duration::from_millis(400)).await;
    println!("report: {} in all", total(&read));
}

async fn update(prices: &Prices) {
    sleep(Duration::from_millis(100)).await;
    println!("update: wants to write");
    prices.write().waits_for("the write lock").await.push(5);
    println!("update: written");
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let prices = RwLock::new(vec![3, 4]);
    tokio::join!(
        report(&prices).lane("report"),
        update(&prices).lane("update"),
    );
}
