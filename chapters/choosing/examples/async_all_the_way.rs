//! The same four functions, with another kind of wait. Watch the clock.
use futures::future::join_all;
use std::time::Duration;
use tokio::time::sleep;

#[timeline::lane("tea {n}")]
async fn tea(n: u32) -> u32 {
    println!("tea {n}: kettle on");
    sleep(Duration::from_secs(1)).await;
    println!("tea {n}: poured");
    1
}

async fn table(guests: &[u32]) -> u32 {
    join_all(guests.iter().map(|&n| tea(n))).await.iter().sum()
}

async fn evening() -> u32 {
    table(&[1, 2]).await + table(&[3]).await
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let cups = evening().await;
    println!("main: {cups} cups");
}
