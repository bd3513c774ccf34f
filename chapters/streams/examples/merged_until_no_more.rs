//! The last order is followed by a word. Watch how it ends.
use std::time::Duration;
use tokio::sync::mpsc::{self, Sender};
use tokio::time::{interval, sleep};
use tokio_stream::wrappers::ReceiverStream;
use tokio_stream::{StreamExt, wrappers::IntervalStream};

enum Event {
    Order(u32),
    Tick,
    NoMore,
}

async fn guests(door: Sender<u32>) {
    for n in 1..=3 {
        sleep(Duration::from_millis(250)).await;
        door.send(n).await.expect("it is open");
    }
} // the sender is dropped here: no more orders

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let (door, orders) = mpsc::channel(8);
    tokio::spawn(guests(door));
    let orders = ReceiverStream::new(orders).map(Event::Order);
    let orders = orders.chain(tokio_stream::once(Event::NoMore));
    let clock = interval(Duration::from_millis(400));
    let ticks = IntervalStream::new(clock).map(|_| Event::Tick);
    let mut events = orders.merge(ticks);
    while let Some(event) = events.next().await {
        match event {
            Event::Order(n) => println!("main: order {n}"),
            Event::Tick => println!("main: tick"),
            Event::NoMore => break,
        }
    }
    println!("main: closed");
}
