//! Unwraps what each task has come to.

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
    let mut cups: JoinSet<()> = teas.into_iter().collect();
    let mut bill = Bill::default();
    while let Some(cup) = cups.join_next().await {
        cup.unwrap();
        bill.poured += 1;
    }
    bill
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
