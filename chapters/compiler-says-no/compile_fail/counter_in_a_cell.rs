//! Two orders count themselves at one shop. Watch when they are counted.
use std::{cell::Cell, sync::Arc, time::Duration};
use tokio::time::sleep;

struct Shop {
    packed: Cell<u32>,
}

impl Shop {
    async fn pack(&self, n: u32) {
        sleep(Duration::from_millis(100)).await;
        self.packed.set(self.packed.get() + 1);
        println!("order {n}: packed");
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let shop = Arc::new(Shop {
        packed: Cell::new(0),
    });
    let theirs = Arc::clone(&shop);
    let other = tokio::spawn(async move { theirs.pack(2).await });
    shop.pack(1).await;
    other.await.unwrap();
    println!("main: {} packed", shop.packed.get());
}
