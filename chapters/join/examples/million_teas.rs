//! A million teas, on one thread. Watch the clock, and the memory.
use futures::future::join_all;
use std::{mem::size_of_val, time::Duration};
use tokio::{task::coop::unconstrained, time::sleep};

async fn tea() {
    sleep(Duration::from_secs(1)).await;
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    println!("one tea is {} bytes", size_of_val(&tea()));
    let cups = (1..=1_000_000).map(|_| tea());
    let poured = unconstrained(join_all(cups)).await;
    println!("{} cups poured", poured.len());
}
