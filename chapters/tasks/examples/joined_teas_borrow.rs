//! Two teas from a borrowed tin, in one task. Watch that it compiles.
use futures::future::join_all;
use std::time::Duration;
use tokio::time::sleep;

async fn tea(n: u32, tin: &str) {
    println!("tea {n}: kettle on");
    sleep(Duration::from_secs(1)).await;
    println!("tea {n}: {tin}, poured");
}

async fn two_teas(tin: &str) {
    join_all((1..=2).map(|n| tea(n, tin))).await;
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let tin = String::from("Darjeeling");
    two_teas(&tin).await;
}
