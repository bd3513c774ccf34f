//! Six orders in a set. Count how many the last line is about.
use anyhow::{Result, ensure};
use std::time::Duration;
use tokio::{task::JoinSet, time::sleep};

#[timeline::lane("order {n}")]
async fn order(n: u32) -> Result<()> {
    sleep(Duration::from_millis(100)).await;
    ensure!(n != 2, "the card was refused");
    ensure!(n != 5, "no such address");
    println!("order {n}: stored");
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let mut orders = JoinSet::new();
    for n in 1..=6 {
        orders.spawn(order(n));
    }
    while let Some(_ended) = orders.join_next().await {}
    println!("main: all orders are done");
}
