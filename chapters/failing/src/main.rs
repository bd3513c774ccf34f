//! Three orders, a task each. Watch in which ways they end.
use anyhow::{Result, ensure};
use std::time::Duration;
use tokio::time::sleep;

/// The price of what was ordered.
#[timeline::lane("order {n}")]
async fn order(n: usize) -> Result<u32> {
    let prices = [40, 30];
    sleep(Duration::from_millis(100)).await;
    ensure!(n != 2, "the card was refused");
    Ok(prices[n - 1])
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let handles: Vec<_> = (1..=3).map(|n| tokio::spawn(order(n))).collect();
    for handle in handles {
        println!("main: {:?}", handle.await);
    }
    Ok(())
}
