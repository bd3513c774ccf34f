//! Six orders, one at a time. Watch the clock.
use futures::{StreamExt, stream};
use std::{pin::pin, time::Duration};
use tokio::time::sleep;

#[timeline::lane("price {n}")]
async fn price(n: u32) -> u32 {
    let takes = if n == 1 { 600 } else { 200 };
    sleep(Duration::from_millis(takes)).await;
    println!("price {n}: known");
    n
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let orders = stream::iter(1..=6);
    let mut priced = pin!(orders.then(price));
    while let Some(n) = priced.next().await {
        println!("main: has the price of {n}");
    }
}
