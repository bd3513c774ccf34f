//! Tokio's `sleep`, polled by smol. Watch how far the tea gets.
use std::time::Duration;
use tokio::time::sleep;

#[timeline::lane("tea {n}")]
async fn tea(n: u32) {
    println!("tea {n}: kettle on");
    sleep(Duration::from_secs(1)).await;
    println!("tea {n}: poured");
}

fn main() {
    smol::block_on(tea(1));
}
