//! Tea 1 is slow, and is given up. Watch who gets the tin.
use std::time::Duration;
use tokio::{sync::Mutex, time::sleep};

#[timeline::lane("tea {n}")]
async fn tea(n: u32, tin: &Mutex<u32>) {
    println!("tea {n}: kettle on");
    let mut bags = tin.lock().await;
    *bags -= 1;
    println!("tea {n}: {bags} bags left");
    sleep(Duration::from_secs(1)).await;
    println!("tea {n}: poured");
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let tin = Mutex::new(10);
    tokio::select! {
        () = tea(1, &tin) => println!("main: tea 1 is here"),
        () = sleep(Duration::from_millis(500)) => {
            println!("main: this takes too long");
            tea(2, &tin).await;
        }
    }
    println!("main: done");
}
