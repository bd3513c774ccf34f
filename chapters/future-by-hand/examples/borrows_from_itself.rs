//! A future that borrows from itself. Watch the name after the wait.
use futures::future::join_all;
use std::time::Duration;
use tokio::time::sleep;

async fn tea(n: u32) {
    let guests = ["Ada", "Grace"].map(String::from);
    let first = &guests[0];
    println!("tea {n}: kettle on");
    sleep(Duration::from_secs(1)).await;
    println!("tea {n}: poured for {first}");
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let mut cups = Vec::new();
    for n in 1..=3 {
        cups.push(tea(n)); // moved into the list
    }
    join_all(cups).await;
}
