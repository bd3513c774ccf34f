//! Three orders are to be saved. Watch when.
use futures::{StreamExt, stream};
use std::time::Duration;
use tokio::time::sleep;

#[timeline::lane("save {n}")]
async fn save(n: u32) {
    println!("save {n}: begun");
    sleep(Duration::from_millis(200)).await;
    println!("save {n}: done");
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let saved = stream::iter(1..=3).map(save).count().await;
    println!("main: {saved} orders saved");
}
