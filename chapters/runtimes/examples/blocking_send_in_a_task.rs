//! Orders from code that is not async. Watch how far the guests come.
use std::time::Duration;
use tokio::sync::mpsc::{self, Sender};
use tokio::time::sleep;

/// Not async: it is from a library, say.
fn guests(orders: &Sender<u32>) {
    for n in 1..=4 {
        println!("guest {n}: wants to order");
        orders.blocking_send(n).expect("the kitchen is open");
        println!("guest {n}: has ordered");
    }
}

#[timeline::lane("tea {n}")]
async fn tea(n: u32) {
    sleep(Duration::from_millis(500)).await;
    println!("tea {n}: poured");
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let (orders, mut kitchen) = mpsc::channel(1);
    tokio::spawn(async move { guests(&orders) });
    while let Some(n) = kitchen.recv().await {
        tea(n).await;
    }
    println!("kitchen: closed");
}
