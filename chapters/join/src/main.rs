//! Three teas, one thread. Watch the clock, and which cup is poured first.
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
    tokio::join!(tea(1), tea(2), tea(3));
}
