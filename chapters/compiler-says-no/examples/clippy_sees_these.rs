//! Three mistakes that compile. Watch which lint each of them expects.
use std::{sync::Mutex, time::Duration};
use tokio::time::sleep;

#[expect(clippy::await_holding_lock, reason = "the mistake this shows")]
async fn order(n: u32, stock: &Mutex<u32>) {
    let mut left = stock.lock().unwrap();
    *left -= 1;
    sleep(Duration::from_millis(100)).await;
    println!("order {n}: {left} left");
}

async fn label() -> usize {
    let bytes = [0_u8; 64 * 1024];
    sleep(Duration::from_millis(100)).await;
    bytes.len()
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let stock = Mutex::new(10);
    order(1, &stock).await;
    #[expect(clippy::let_underscore_future, reason = "the mistake this shows")]
    let _ = order(2, &stock);
    #[expect(clippy::large_futures, reason = "the mistake this shows")]
    let bytes = label().await;
    println!("main: {bytes} bytes");
}
