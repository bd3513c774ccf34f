//! An order is stored, and the card is refused. Watch what is written when.
use anyhow::{Error, Result, bail};
use std::{thread, time::Duration};
use tokio::{task::JoinSet, task::spawn_blocking, time::sleep};

const TENTH: Duration = Duration::from_millis(100);

#[timeline::lane("disk")]
fn write() {
    thread::sleep(3 * TENTH); // plain code, as in every write of `tokio::fs`
    println!("disk: written");
}

#[timeline::lane("store")]
async fn store() -> Result<()> {
    spawn_blocking(write).await?;
    println!("store: done");
    Ok(())
}

#[timeline::lane("card")]
async fn card() -> Result<()> {
    sleep(TENTH).await;
    bail!("the card was refused");
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

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let mut parts = JoinSet::new();
    parts.spawn(store());
    parts.spawn(card());
    match all_or_none(parts).await {
        Ok(()) => println!("main: thank you"),
        Err(e) => println!("main: no, {e}"),
    }
}
