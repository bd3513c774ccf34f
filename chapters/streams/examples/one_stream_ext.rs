//! The trait of one crate, and a function of the other's. Watch it run.
use futures::{StreamExt, stream};
use std::{pin::pin, time::Duration};

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let pause = Duration::from_millis(100);
    let orders = stream::iter(1..=3);
    let orders = tokio_stream::StreamExt::throttle(orders, pause);
    let mut orders = pin!(orders);
    while let Some(n) = orders.next().await {
        println!("main: order {n}");
    }
}
