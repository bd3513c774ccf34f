//! Two teas, one tin of tea bags, one task. Watch what the compiler says.
use std::{sync::Arc, sync::Mutex, time::Duration};

#[expect(clippy::await_holding_lock, reason = "the mistake this shows")]
async fn tea(n: u32, tin: Arc<Mutex<u32>>) {
    println!("tea {n}: kettle on");
    let mut bags = tin.lock().unwrap();
    *bags -= 1;
    println!("tea {n}: {bags} bags left");
    tokio::time::sleep(Duration::from_secs(1)).await;
    println!("tea {n}: poured");
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let tin = Arc::new(Mutex::new(10));
    let one = tokio::spawn(tea(1, Arc::clone(&tin)));
    tea(2, tin).await;
    one.await.unwrap();
}
