//! A million teas, a task each. Watch the clock, and the memory.
use std::time::{Duration, Instant};
use tokio::time::sleep;

async fn tea() {
    sleep(Duration::from_secs(1)).await;
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let start = Instant::now();
    let mut cups = Vec::new();
    for _ in 1..=1_000_000 {
        cups.push(tokio::spawn(tea()));
    }
    println!("spawned in {} ms", start.elapsed().as_millis());
    let mut poured = 0;
    for cup in cups {
        cup.await.unwrap();
        poured += 1;
    }
    println!("{poured} cups poured");
}
