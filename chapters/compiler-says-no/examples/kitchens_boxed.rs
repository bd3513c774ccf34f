//! Two kinds of kitchen in one list. Watch what `price` returns.
use futures::future::BoxFuture;
use std::{sync::Arc, time::Duration};
use tokio::{task::JoinHandle, time::sleep};

trait Kitchen: Send + Sync {
    fn price<'a>(&'a self, dish: &'a str) -> BoxFuture<'a, u32>;
}

struct Corner;
struct Free;

impl Kitchen for Corner {
    fn price<'a>(&'a self, dish: &'a str) -> BoxFuture<'a, u32> {
        Box::pin(async move {
            sleep(Duration::from_millis(100)).await;
            dish.len() as u32
        })
    }
}

impl Kitchen for Free {
    fn price<'a>(&'a self, _: &'a str) -> BoxFuture<'a, u32> {
        Box::pin(async { 0 })
    }
}

fn ask(kitchen: Arc<dyn Kitchen>) -> JoinHandle<u32> {
    tokio::spawn(async move { kitchen.price("soup").await })
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let kitchens: [Arc<dyn Kitchen>; 2] = [Arc::new(Corner), Arc::new(Free)];
    for kitchen in kitchens {
        println!("main: {}", ask(kitchen).await.unwrap());
    }
}
