//! Guests order until they go home. Watch what the kitchen does then.
use std::time::Duration;
use tokio::sync::mpsc::{self, Sender};
use tokio::time::sleep;

async fn guests(order: Sender<u32>, pause: u64) {
    for n in 1..=2 {
        sleep(Duration::from_millis(pause)).await;
        order.send(n).await.expect("the kitchen is open");
    }
} // the sender is dropped here: no more orders

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let (order_tea, mut teas) = mpsc::channel(1);
    let (order_milk, mut milks) = mpsc::channel(1);
    tokio::spawn(guests(order_tea, 200));
    tokio::spawn(guests(order_milk, 300));
    loop {
        tokio::select! {
            Some(n) = teas.recv() => println!("tea {n}: poured"),
            Some(n) = milks.recv() => println!("milk {n}: poured"),
            else => break,
        }
    }
    println!("closed");
}
