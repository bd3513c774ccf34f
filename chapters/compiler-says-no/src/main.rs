//! An order with its label. Watch who awaits it.
use std::{rc::Rc, time::Duration};
use tokio::time::sleep;

async fn order(n: u32) {
    let label = Rc::new(format!("order {n}"));
    println!("{label}: begun");
    sleep(Duration::from_millis(100)).await;
    println!("{label}: packed");
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    order(1).await;
}
