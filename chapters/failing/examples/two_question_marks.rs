//! Three orders, a task each. Watch which of the errors is which.
use anyhow::{Result, ensure};
use std::time::Duration;
use tokio::task::{JoinError, JoinHandle};
use tokio::time::sleep;

/// The price of what was ordered.
#[timeline::lane("order {n}")]
async fn order(n: usize) -> Result<u32> {
    let prices = [40, 30];
    sleep(Duration::from_millis(100)).await;
    ensure!(n != 2, "the card was refused");
    Ok(prices[n - 1])
}

async fn total(handle: JoinHandle<Result<u32>>) -> Result<u32> {
    let price = handle.await??;
    Ok(price + 5) // postage
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let handles: Vec<_> = (1..=3).map(|n| tokio::spawn(order(n))).collect();
    for handle in handles {
        match total(handle).await {
            Ok(total) => println!("main: {total} to pay"),
            Err(e) if e.is::<JoinError>() => println!("main: a bug, {e}"),
            Err(e) => println!("main: no, {e}"),
        }
    }
    Ok(())
}
