//! Lets one guest after another think and order, and looks afterwards.

use std::sync::mpsc;
use std::time::Duration;

use tokio::time::sleep;

pub async fn evening(guests: Vec<u32>) -> Vec<u32> {
    let (sender, receiver) = mpsc::channel();
    let guest = |tenths: u32| {
        let sender = sender.clone();
        async move {
            sleep(Duration::from_millis(100) * tenths).await;
            sender.send(tenths).expect("the kitchen is there");
        }
    };
    for guest in guests.into_iter().map(guest).collect::<Vec<_>>() {
        guest.await;
    }
    drop(sender);
    receiver.iter().collect()
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    println!("main: {:?}", evening(vec![2, 1]).await);
}
