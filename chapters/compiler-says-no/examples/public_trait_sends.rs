//! Any kitchen is asked in a task. Watch what the trait promises.
use std::time::Duration;
use tokio::{task::JoinHandle, time::sleep};

pub trait Kitchen {
    fn price(&self, dish: &str) -> impl Future<Output = u32> + Send;
}

struct Corner;

impl Kitchen for Corner {
    async fn price(&self, dish: &str) -> u32 {
        sleep(Duration::from_millis(100)).await;
        dish.len() as u32
    }
}

fn ask<K: Kitchen + Send + Sync + 'static>(kitchen: K) -> JoinHandle<u32> {
    tokio::spawn(async move { kitchen.price("soup").await })
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    println!("main: {}", ask(Corner).await.unwrap());
}
