//! A lock, and a `drop` before the await. Watch what the compiler thinks of it.
use std::{
    sync::{Arc, Mutex},
    time::Duration,
};
use tokio::time::sleep;

async fn order(n: u32, stock: Arc<Mutex<u32>>) {
    let mut left = stock.lock().unwrap();
    *left -= 1;
    println!("order {n}: {left} left");
    drop(left);
    sleep(Duration::from_millis(100)).await;
    println!("order {n}: packed");
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let stock = Arc::new(Mutex::new(10));
    tokio::spawn(order(1, stock)).await.unwrap();
}
