//! Joins one batch after the other.

use std::time::Duration;

use futures::future::join_all;
use timeline::LaneExt;

/// Runs all futures, at most `k` at a time, and gives what they give, in the
/// order of the list.
pub async fn at_most<F: Future>(k: usize, futures: Vec<F>) -> Vec<F::Output> {
    let mut outputs = Vec::new();
    let mut futures = futures.into_iter();
    while futures.len() > 0 {
        let batch: Vec<F> = futures.by_ref().take(k).collect();
        outputs.extend(join_all(batch).await);
    }
    outputs
}

async fn tea(n: u64) -> u64 {
    let steeping = if n == 1 { 1200 } else { 300 };
    println!("tea {n}: kettle on");
    tokio::time::sleep(Duration::from_millis(steeping)).await;
    println!("tea {n}: poured");
    n
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let teas = (1..=5).map(|n| tea(n).lane(format!("tea {n}")));
    let cups = at_most(2, teas.collect()).await;
    println!("in their order: {cups:?}");
}
