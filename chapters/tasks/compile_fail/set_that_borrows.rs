//! A set of tasks that ends before the tin does. Watch what the compiler says.
use std::time::Duration;
use tokio::{task::JoinSet, time::sleep};

async fn tea(n: u32, tin: &str) {
    println!("tea {n}: kettle on");
    sleep(Duration::from_secs(1)).await;
    println!("tea {n}: {tin}, poured");
}

async fn two_teas(tin: &str) {
    let mut cups = JoinSet::new();
    for n in 1..=2 {
        cups.spawn(tea(n, tin));
    }
    while cups.join_next().await.is_some() {}
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let tin = String::from("Darjeeling");
    two_teas(&tin).await;
}
