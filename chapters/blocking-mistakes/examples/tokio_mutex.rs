//! Two teas, one tin that stays open. Watch who gets a bag, and the clock.
use std::time::Duration;
use tokio::sync::Mutex;

#[timeline::lane("tea {n}")]
async fn tea(n: u32, tin: &Mutex<u32>) {
    println!("tea {n}: kettle on");
    let mut bags = tin.lock().await;
    *bags -= 1;
    println!("tea {n}: {bags} bags left");
    tokio::time::sleep(Duration::from_secs(1)).await;
    println!("tea {n}: poured");
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let tin = Mutex::new(10);
    tokio::join!(tea(1, &tin), tea(2, &tin));
}
