//! The kitchen waits for orders. Watch whether a guest can think meanwhile.

use std::time::Duration;

use futures::future::join_all;
use timeline::LaneExt;
use tokio::sync::mpsc;
use tokio::time::sleep;

const TENTH: Duration = Duration::from_millis(100);

/// Takes the order of each guest, who thinks for so many tenths of a second.
pub async fn evening(guests: Vec<u32>) -> Vec<u32> {
    let (sender, mut receiver) = mpsc::unbounded_channel();
    let kitchen = async {
        let mut orders = Vec::new();
        while let Some(order) = receiver.recv().await {
            println!("kitchen: an order after {order} tenths");
            orders.push(order);
        }
        orders
    };
    let guest = |tenths: u32| {
        let sender = sender.clone();
        let ordering = async move {
            sleep(TENTH * tenths).await;
            sender.send(tenths).expect("the kitchen is there");
        };
        ordering.lane(format!("guest, {tenths} tenths"))
    };
    let all: Vec<_> = guests.into_iter().map(guest).collect();
    drop(sender); // the guests have the others
    let (orders, _) = tokio::join!(kitchen.lane("kitchen"), join_all(all));
    orders
}

async fn heart() {
    loop {
        println!("heart: beats");
        sleep(TENTH * 2).await;
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    tokio::spawn(heart().lane("heart"));
    println!("main: {:?}", evening(vec![7, 3, 5]).await);
}

#[cfg(test)]
#[path = "../../../chapters/blocking-mistakes/exercises/kitchen_without_orders/tests.rs"]
mod tests;
