//! Another future waits for its turn. Watch when it gets one.
use std::time::Duration;
use tokio::time::sleep;

#[timeline::lane("milk {n}")]
async fn milk(n: u32) {
    println!("milk {n}: poured"); // nothing to wait for
}

#[timeline::lane("tea {n}")]
async fn tea(n: u32) {
    println!("tea {n}: kettle on");
    sleep(Duration::from_secs(1)).await;
    println!("tea {n}: poured");
}

#[timeline::lane("main")]
#[tokio::main(flavor = "current_thread")]
async fn main() {
    tokio::spawn(async { println!("other: my turn") });
    println!("main: milk first");
    milk(1).await;
    milk(2).await;
    println!("main: tea next");
    tea(1).await;
    println!("main: done");
}
