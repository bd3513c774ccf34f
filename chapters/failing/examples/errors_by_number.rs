//! Six orders in a set. Count how many the last line is about.
use anyhow::{Result, ensure};
use std::{collections::HashMap, time::Duration};
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
    let (mut number, mut stored) = (HashMap::new(), 0);
    for n in 1..=6 {
        number.insert(orders.spawn(order(n)).id(), n);
    }
    while let Some(ended) = orders.join_next_with_id().await {
        match ended {
            Ok((_, Ok(()))) => stored += 1,
            Ok((id, Err(e))) => println!("order {}: {e}", number[&id]),
            Err(e) => println!("order {}: a bug, {e}", number[&e.id()]),
        }
    }
    println!("main: {stored} of {} orders are stored", number.len());
}
