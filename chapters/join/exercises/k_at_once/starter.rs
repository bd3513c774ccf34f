//! Two kettles, and the first cup is slow. Why does the other kettle stand
//! cold?

use std::time::Duration;

use futures::{StreamExt, stream};
use timeline::LaneExt;

/// Runs all futures, at most `k` at a time, and gives what they give, in the
/// order of the list.
pub async fn at_most<F: Future>(k: usize, futures: Vec<F>) -> Vec<F::Output> {
    stream::iter(futures).buffered(k).collect().await
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

#[cfg(test)]
#[path = "../../../chapters/join/exercises/k_at_once/tests.rs"]
mod tests;
