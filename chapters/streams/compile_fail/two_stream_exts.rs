//! Two crates' methods for streams. Read the error.
use futures::{StreamExt, stream};
use std::time::Duration;
use tokio_stream::StreamExt as _;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let pause = Duration::from_millis(100);
    let mut orders = stream::iter(1..=3).throttle(pause);
    while let Some(n) = orders.next().await {
        println!("main: order {n}");
    }
}
