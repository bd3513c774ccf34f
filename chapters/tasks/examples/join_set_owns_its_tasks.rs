//! Three teas in a set, the first one slowest. Watch the order on the table.
use std::time::Duration;
use tokio::{task::JoinSet, time::sleep};

async fn tea(n: u32, millis: u64) -> String {
    println!("tea {n}: kettle on");
    sleep(Duration::from_millis(millis)).await;
    println!("tea {n}: poured");
    format!("cup {n}")
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let mut cups = JoinSet::new();
    cups.spawn(tea(1, 1000));
    cups.spawn(tea(2, 500));
    cups.spawn(tea(3, 750));
    while let Some(cup) = cups.join_next().await {
        println!("main: {} is on the table", cup.unwrap());
    }
}
