//! Four cups, and no two take the same time. Watch when each is on the table.
use futures::future::join_all;
use std::time::Duration;
use tokio::time::sleep;

#[timeline::lane("tea {n}")]
async fn tea(n: u32, steeping: u64) -> u32 {
    println!("tea {n}: kettle on");
    sleep(Duration::from_millis(steeping)).await;
    println!("tea {n}: poured");
    n
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let mut cups = Vec::new();
    for (n, steeping) in [(1, 1600), (2, 400), (3, 1200), (4, 800)] {
        cups.push(tea(n, steeping));
    }
    println!("main: {} cups ordered", cups.len());
    for n in join_all(cups).await {
        println!("main: tea {n} is on the table");
    }
}
