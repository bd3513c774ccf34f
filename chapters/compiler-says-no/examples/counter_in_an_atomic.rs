//! Two orders count themselves at one shop. Watch the type of the counter.
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::{sync::Arc, time::Duration};
use tokio::time::sleep;

struct Shop {
    packed: AtomicU32,
}

impl Shop {
    async fn pack(&self, n: u32) {
        sleep(Duration::from_millis(100)).await;
        self.packed.fetch_add(1, Relaxed);
        println!("order {n}: packed");
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let shop = Arc::new(Shop {
        packed: AtomicU32::new(0),
    });
    let theirs = Arc::clone(&shop);
    let other = tokio::spawn(async move { theirs.pack(2).await });
    shop.pack(1).await;
    other.await.unwrap();
    println!("main: {} packed", shop.packed.load(Relaxed));
}
