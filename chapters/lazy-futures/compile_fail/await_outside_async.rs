//! A plain `main` awaits. Watch what the compiler says.
use std::time::Duration;
use tokio::time::sleep;

async fn tea(n: u32) {
    println!("tea {n}: kettle on");
    sleep(Duration::from_secs(1)).await;
    println!("tea {n}: poured");
}

fn main() {
    tea(1).await; // Oops!
    println!("main: done");
}
