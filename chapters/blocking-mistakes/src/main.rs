//! Ten joined teas. Watch the clock, and the order of the lines.
use futures::future::join_all;
use std::time::Duration;

#[timeline::lane("tea {n}")]
async fn tea(n: u32) {
    println!("tea {n}: kettle on");
    std::thread::sleep(Duration::from_secs(1));
    println!("tea {n}: poured");
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let mut cups = Vec::new();
    for n in 1..=10 {
        cups.push(tea(n));
    }
    join_all(cups).await;
}
