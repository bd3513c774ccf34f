//! A trait for others to implement. Watch what the compiler warns of.
use std::time::Duration;
use tokio::time::sleep;

pub trait Kitchen {
    async fn price(&self, dish: &str) -> u32;
}

struct Corner;

impl Kitchen for Corner {
    async fn price(&self, dish: &str) -> u32 {
        sleep(Duration::from_millis(100)).await;
        dish.len() as u32
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    println!("main: {}", Corner.price("soup").await);
}
