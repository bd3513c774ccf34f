//! An order has three parts, and the card is refused. Watch the other two.
use anyhow::{Error, Result, bail};
use std::time::Duration;
use tokio::{task::JoinSet, time::sleep};
use tokio_util::sync::CancellationToken as Token;

const TENTH: Duration = Duration::from_millis(100);

#[timeline::lane("stock")]
async fn stock(stop: Token) -> Result<()> {
    println!("stock: reserved");
    match stop.run_until_cancelled(sleep(3 * TENTH)).await {
        Some(()) => println!("stock: taken"),
        None => {
            sleep(TENTH).await; // asks the warehouse
            println!("stock: given back");
        }
    }
    Ok(())
}

#[timeline::lane("card")]
async fn card() -> Result<()> {
    sleep(TENTH).await;
    bail!("the card was refused");
}

#[timeline::lane("parcel")]
async fn parcel(stop: Token) -> Result<()> {
    if stop.run_until_cancelled(sleep(3 * TENTH)).await.is_some() {
        println!("parcel: sent");
    }
    Ok(())
}

/// Returns when all parts have ended.
async fn all_or_none(
    mut parts: JoinSet<Result<()>>,
    stop: Token,
) -> Result<()> {
    let mut first = Ok(());
    while let Some(ended) = parts.join_next().await {
        let result = ended.map_err(Error::from).flatten();
        if result.is_err() {
            stop.cancel(); // they hear of it, and the loop waits for them
            first = first.and(result);
        }
    }
    first
}

#[timeline::lane("order")]
async fn order() -> Result<()> {
    let (mut parts, stop) = (JoinSet::new(), Token::new());
    parts.spawn(stock(stop.clone()));
    parts.spawn(card());
    parts.spawn(parcel(stop.clone()));
    all_or_none(parts, stop).await
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    match order().await {
        Ok(()) => println!("main: thank you"),
        Err(e) => println!("main: no, {e}"),
    }
    sleep(4 * TENTH).await; // other orders
}
