//! An order has three parts, and the card is refused. Watch the other two.
use anyhow::{Result, bail};
use std::time::Duration;
use tokio::{task::JoinHandle, time::sleep};

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

async fn joined(part: JoinHandle<Result<()>>) -> Result<()> {
    part.await?
}

#[timeline::lane("order")]
async fn order() -> Result<()> {
    let stock = joined(tokio::spawn(stock()));
    let card = joined(tokio::spawn(card()));
    let parcel = joined(tokio::spawn(parcel()));
    tokio::try_join!(stock, card, parcel)?;
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    match order().await {
        Ok(()) => println!("main: thank you"),
        Err(e) => println!("main: no, {e}"),
    }
    sleep(4 * TENTH).await; // other orders
}
