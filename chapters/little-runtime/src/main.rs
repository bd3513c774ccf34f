//! Five cups on a runtime of our own. Watch who gets none, and why.
use little_runtime::{JoinHandle, block_on, sleep, spawn, timeout};
use std::time::Duration;

#[timeline::lane("tea {n}")]
async fn tea(n: u32) -> u32 {
    println!("tea {n}: kettle on");
    sleep(Duration::from_secs(1)).await;
    assert!(n != 2, "no milk");
    println!("tea {n}: poured");
    n
}

async fn tell(n: u32, cup: JoinHandle<u32>) {
    match cup.await {
        Ok(cup) => println!("main: here is tea {cup}"),
        Err(error) => println!("main: no tea {n}, {error}"),
    }
}

async fn guests() {
    let (one, two, three) = (spawn(tea(1)), spawn(tea(2)), spawn(tea(3)));
    sleep(Duration::from_millis(500)).await;
    three.abort(); // this guest has left
    tell(1, one).await;
    tell(2, two).await;
    tell(3, three).await;
    if timeout(Duration::from_millis(300), tea(4)).await.is_none() {
        println!("main: no tea 4, it takes too long");
    }
    spawn(tea(5));
    sleep(Duration::from_millis(200)).await;
    println!("main: closing time");
}

fn main() {
    block_on(guests());
}
