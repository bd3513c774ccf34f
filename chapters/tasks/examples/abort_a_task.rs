//! A tea that is called off. Watch when it is cleared away.
use std::time::Duration;
use tokio::time::sleep;

struct Cup(u32);

impl Drop for Cup {
    fn drop(&mut self) {
        println!("tea {}: cleared away", self.0);
    }
}

#[timeline::lane("tea {n}")]
async fn tea(n: u32) {
    let _cup = Cup(n);
    println!("tea {n}: kettle on");
    sleep(Duration::from_secs(1)).await;
    println!("tea {n}: poured");
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let cup = tokio::spawn(tea(1));
    sleep(Duration::from_millis(500)).await;
    cup.abort();
    println!("main: called off, finished: {}", cup.is_finished());
    let error = cup.await.unwrap_err();
    println!("main: cancelled: {}", error.is_cancelled());
}
