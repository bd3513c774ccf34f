//! Ten kettles, three cups. Which three, and what becomes of the other seven?

use std::time::Duration;

use futures::future::join_all;
use timeline::LaneExt;

/// Gives the outputs of the first three futures that finish, in that order.
pub async fn first_three<F: Future>(futures: Vec<F>) -> Vec<F::Output> {
    let mut all = join_all(futures).await;
    all.truncate(3);
    all
}

async fn tea(n: u64) -> u64 {
    tokio::time::sleep(Duration::from_millis(1100 - 100 * n)).await;
    println!("tea {n}: poured");
    n
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let teas = (1..=10).map(|n| tea(n).lane(format!("tea {n}")));
    let cups = first_three(teas.collect()).await;
    println!("the first three: {cups:?}");
}

#[cfg(test)]
#[path = "../../../chapters/join/exercises/first_three/tests.rs"]
mod tests;
