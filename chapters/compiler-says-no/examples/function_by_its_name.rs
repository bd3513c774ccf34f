//! Prices are asked for, in a task. Watch the type of the argument.
use futures::{StreamExt, stream};
use std::time::Duration;
use tokio::time::sleep;

async fn price(order: &str) -> usize {
    sleep(Duration::from_millis(100)).await;
    order.len()
}

async fn total(orders: Vec<String>) -> usize {
    stream::iter(orders.iter().map(String::as_str))
        .map(price)
        .buffer_unordered(2)
        .fold(0, async |sum, price| sum + price)
        .await
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let orders = vec!["tea".to_owned(), "milk".to_owned()];
    let sum = tokio::spawn(total(orders)).await.unwrap();
    println!("main: {sum}");
}
