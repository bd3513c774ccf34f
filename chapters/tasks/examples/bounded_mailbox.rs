//! A quick waiter, a slow kitchen, ten places for orders. Watch the memory.
use std::time::Duration;
use tokio::{sync::mpsc, time::sleep};

#[timeline::lane("waiter")]
async fn waiter(kitchen: mpsc::Sender<Vec<u8>>) {
    for _ in 1..=200 {
        let order = vec![1; 500_000]; // with photographs
        kitchen.send(order).await.expect("it is open");
    }
    println!("waiter: all orders are in");
}

#[timeline::lane("kitchen")]
async fn kitchen(mut orders: mpsc::Receiver<Vec<u8>>) {
    let mut done = 0;
    while let Some(_order) = orders.recv().await {
        sleep(Duration::from_millis(5)).await;
        done += 1;
    }
    println!("kitchen: {done} orders done");
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let (sender, orders) = mpsc::channel(10);
    let kitchen = tokio::spawn(kitchen(orders));
    tokio::spawn(waiter(sender)).await.unwrap();
    kitchen.await.unwrap();
}
