//! Nine cups and three kettles, three cups at a time. Watch the clock.
use futures::{StreamExt, stream};
use std::time::Duration;
use tokio::time::sleep;

#[timeline::lane("tea {n}")]
async fn tea(n: u64) {
    println!("tea {n}: kettle on");
    let steeping = if n % 3 == 1 { 1200 } else { 400 };
    sleep(Duration::from_millis(steeping)).await;
    println!("tea {n}: poured");
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let cups = stream::iter((1..=9).map(tea));
    cups.buffer_unordered(3).collect::<Vec<_>>().await;
}
