//! A table that awaits its cups in a `map`. Watch what the compiler wants.
use std::time::Duration;
use tokio::time::sleep;

async fn tea(n: u32) -> u32 {
    println!("tea {n}: kettle on");
    sleep(Duration::from_secs(1)).await;
    println!("tea {n}: poured");
    1
}

async fn table(guests: &[u32]) -> u32 {
    guests.iter().map(|&n| tea(n).await).sum() // Oops!
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let cups = table(&[1, 2]).await;
    println!("main: {cups} cups");
}
