//! Ten teas, made in one loop and awaited in another. Watch the clock.
use std::time::Duration;
use tokio::time::sleep;

#[timeline::lane("tea {n}")]
async fn tea(n: u32) {
    println!("tea {n}: kettle on");
    sleep(Duration::from_secs(1)).await;
    println!("tea {n}: poured");
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let mut cups = Vec::new();
    for n in 1..=10 {
        cups.push(tea(n));
    }
    for cup in cups {
        cup.await;
    }
}
