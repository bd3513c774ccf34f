//! Gives way after each look, and so nobody ever sleeps.

use std::sync::mpsc::{self, TryRecvError};
use std::time::Duration;

use futures::future::join_all;
use tokio::task::yield_now;
use tokio::time::sleep;

pub async fn evening(guests: Vec<u32>) -> Vec<u32> {
    let (sender, receiver) = mpsc::channel();
    let kitchen = async {
        let mut orders = Vec::new();
        loop {
            match receiver.try_recv() {
                Ok(order) => orders.push(order),
                Err(TryRecvError::Empty) => yield_now().await,
                Err(TryRecvError::Disconnected) => return orders,
            }
        }
    };
    let guest = |tenths: u32| {
        let sender = sender.clone();
        async move {
            sleep(Duration::from_millis(100) * tenths).await;
            sender.send(tenths).expect("the kitchen is there");
        }
    };
    let all: Vec<_> = guests.into_iter().map(guest).collect();
    drop(sender);
    tokio::join!(kitchen, join_all(all)).0
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    println!("main: {:?}", evening(vec![2, 1]).await);
}
