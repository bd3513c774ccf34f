//! A price is lent to `select!`, with a tick in between. Read the error.
use std::time::Duration;
use tokio::time::{interval, sleep};

async fn price() -> u32 {
    sleep(Duration::from_millis(250)).await;
    30
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let mut ticks = interval(Duration::from_millis(100));
    let mut asked = price();
    let price = loop {
        tokio::select! {
            price = &mut asked => break price,
            _ = ticks.tick() => println!("main: still waiting"),
        }
    };
    println!("main: {price}");
}
