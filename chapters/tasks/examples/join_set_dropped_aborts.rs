//! Cup 2 is spilled half-way. Watch what becomes of cups 1 and 3.
use std::time::Duration;
use tokio::{task::JoinSet, time::sleep};

#[timeline::lane("tea {n}")]
async fn tea(n: u32, millis: u64) -> Result<(), String> {
    println!("tea {n}: kettle on");
    sleep(Duration::from_millis(millis)).await;
    if n == 2 {
        return Err(format!("tea {n} was spilled")); // Oops!
    }
    println!("tea {n}: poured");
    Ok(())
}

#[timeline::lane("breakfast")]
async fn breakfast() -> Result<(), String> {
    let mut cups = JoinSet::new();
    for (n, millis) in [(1, 1000), (2, 500), (3, 1000)] {
        cups.spawn(tea(n, millis));
    }
    while let Some(cup) = cups.join_next().await {
        cup.unwrap()?; // returns early, and `cups` is dropped
    }
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    match breakfast().await {
        Ok(()) => println!("main: all cups are on the table"),
        Err(error) => println!("main: {error}"),
    }
    sleep(Duration::from_secs(1)).await;
    println!("main: done");
}
