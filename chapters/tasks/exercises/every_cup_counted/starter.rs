//! One cup of five is spilled, and three are lost. Where do they go?

use std::time::Duration;

use timeline::LaneExt;
use tokio::task::JoinSet;
use tokio::time::sleep;

/// What became of the cups.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Bill {
    pub poured: usize,
    pub spilled: usize,
}

/// Makes each tea a task, and says what became of them. A tea that panics is
/// spilled.
pub async fn serve<F>(teas: Vec<F>) -> Bill
where
    F: Future<Output = ()> + Send + 'static,
{
    let all = teas.len();
    let mut cups: JoinSet<()> = teas.into_iter().collect();
    let mut poured = 0;
    while let Some(Ok(())) = cups.join_next().await {
        poured += 1;
    }
    let spilled = all - poured;
    Bill { poured, spilled }
}

async fn tea(n: u64) {
    sleep(Duration::from_millis(200 * n)).await;
    assert!(n != 2, "tea 2 is spilled");
    println!("tea {n}: poured");
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let teas = (1..=5).map(|n| tea(n).lane(format!("tea {n}")));
    println!("{:?}", serve(teas.collect()).await);
}

#[cfg(test)]
#[path = "../../../chapters/tasks/exercises/every_cup_counted/tests.rs"]
mod tests;
