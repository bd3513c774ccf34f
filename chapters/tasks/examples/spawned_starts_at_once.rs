//! Three teas, spawned early and awaited late. Watch when the kettles go on.
use futures::future::join_all;
use std::time::Duration;
use tokio::time::sleep;

#[timeline::lane("tea {n}")]
async fn tea(n: u32) {
    println!("tea {n}: kettle on");
    sleep(Duration::from_secs(1)).await;
    println!("tea {n}: poured");
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let cups = join_all((1..=3).map(|n| tokio::spawn(tea(n))));
    println!("main: the cups are joined");
    sleep(Duration::from_secs(1)).await;
    println!("main: a second later");
    cups.await;
}
