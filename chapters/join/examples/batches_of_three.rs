//! Nine cups and three kettles, three cups at a time. Watch the clock.
use futures::future::join_all;
use std::time::Duration;
use tokio::time::sleep;

#[timeline::lane("tea {n}")]
async fn tea(n: u64) {
    println!("tea {n}: kettle on");
    let steeping = if n % 3 == 1 { 1200 } else { 400 };
    sleep(Duration::from_millis(steeping)).await;
    println!("tea {n}: poured");
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let cups: Vec<_> = (1..=9).collect();
    for batch in cups.chunks(3) {
        join_all(batch.iter().copied().map(tea)).await;
    }
}
