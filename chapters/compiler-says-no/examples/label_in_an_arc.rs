//! An order with its label, spawned. Watch what has become of the label.
use std::{sync::Arc, time::Duration};
use tokio::time::sleep;

async fn order(n: u32) {
    let label = Arc::new(format!("order {n}"));
    println!("{label}: begun");
    sleep(Duration::from_millis(100)).await;
    println!("{label}: packed");
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    tokio::spawn(order(1)).await.unwrap();
}
