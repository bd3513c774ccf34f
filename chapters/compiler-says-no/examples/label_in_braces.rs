//! An order with its label, spawned. Watch how long the label lives.
use std::{rc::Rc, time::Duration};
use tokio::time::sleep;

async fn order(n: u32) {
    {
        let label = Rc::new(format!("order {n}"));
        println!("{label}: begun");
    }
    sleep(Duration::from_millis(100)).await;
    println!("order {n}: packed");
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    tokio::spawn(order(1)).await.unwrap();
}
