//! One taker and ninety-nine, in two tasks. Watch how many bags each gets.
use futures::future::join_all;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use tokio::task::coop::consume_budget;

static BAGS: AtomicU32 = AtomicU32::new(100_000);

/// Takes bags until there are none, and says how many it got.
async fn taker() -> u32 {
    let mut taken = 0;
    while BAGS.load(Relaxed) > 0 {
        BAGS.fetch_sub(1, Relaxed);
        taken += 1;
        consume_budget().await;
    }
    taken
}

async fn ninety_nine() -> Vec<u32> {
    let mut takers = Vec::new();
    for _ in 1..=99 {
        takers.push(taker());
    }
    join_all(takers).await
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let one = tokio::spawn(taker());
    let others = tokio::spawn(ninety_nine());
    println!("the one: {} bags", one.await.unwrap());
    let others = others.await.unwrap();
    println!("the others: {} bags", others.iter().sum::<u32>());
    let poor = others.iter().filter(|&&taken| taken == 1).count();
    println!("{poor} of the others: one bag each");
}
