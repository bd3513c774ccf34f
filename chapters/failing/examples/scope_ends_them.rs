//! An order has three parts, and the card is refused. Watch the other two.
use anyhow::{Error, Result, bail};
use std::time::Duration;
use tokio::{task::JoinSet, time::sleep};

const TENTH: Duration = Duration::from_millis(100);

#[timeline::lane("stock")]
async fn stock() -> Result<()> {
    println!("stock: reserved");
    sleep(3 * TENTH).await;
    println!("stock: taken");
    Ok(())
}

#[timeline::lane("card")]
async fn card() -> Result<()> {
    sleep(TENTH).await;
    bail!("the card was refused");
}

#[timeline::lane("parcel")]
async fn parcel() -> Result<()> {
    sleep(3 * TENTH).await;
    println!("parcel: sent");
    Ok(())
}

/// Returns when all parts have ended.
async fn all_or_none(mut parts: JoinSet<Result<()>>) -> Result<()> {
    while let Some(ended) = parts.join_next().await {
        let result = ended.map_err(Error::from).flatten();
        if result.is_err() {
            parts.shutdown().await;
            return result;
        }
    }
    Ok(())
}

#[timeline::lane("order")]
async fn order() -> Result<()> {
    let mut parts = JoinSet::new();
    parts.spawn(stock());
    parts.spawn(card());
    parts.spawn(parcel());
    all_or_none(parts).await
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    match order().await {
        Ok(()) => println!("main: thank you"),
        Err(e) => println!("main: no, {e}"),
    }
    sleep(4 * TENTH).await; // other orders
}
