//! Five orders, all there at once. Watch when each one is priced.
use futures::{StreamExt, stream};
use std::time::Duration;
use tokio::time::sleep;
use tokio_stream::StreamExt as Tokio;

#[timeline::lane("price {n}")]
async fn price(n: u32) {
    println!("price {n}: asked");
    sleep(Duration::from_millis(500)).await;
    println!("price {n}: known");
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let pause = Duration::from_millis(200);
    let orders = stream::iter(1..=5).throttle(pause);
    orders.for_each_concurrent(10, price).await;
}
