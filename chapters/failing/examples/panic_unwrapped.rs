//! A task panics, and its caller wants to panic too. Watch the messages.
use std::time::Duration;
use tokio::time::sleep;

/// The price of what was ordered.
async fn order(n: usize) -> u32 {
    let prices = [40, 30];
    sleep(Duration::from_millis(100)).await;
    prices[n - 1]
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let ended = tokio::spawn(order(3)).await;
    let price = ended.unwrap();
    println!("main: {price} to pay");
}
