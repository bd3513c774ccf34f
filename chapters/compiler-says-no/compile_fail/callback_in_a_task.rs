//! A function that lends each order to a callback, in a task. Watch the bounds.
use std::time::Duration;
use tokio::{task::JoinHandle, time::sleep};

fn each_aside<F>(orders: Vec<String>, work: F) -> JoinHandle<()>
where
    F: AsyncFn(&String) + Send + Sync + 'static,
{
    tokio::spawn(async move {
        for order in &orders {
            work(order).await;
        }
    })
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let orders = vec!["tea".to_owned(), "milk".to_owned()];
    let done = each_aside(orders, async |order| {
        sleep(Duration::from_millis(100)).await;
        println!("{order}: packed");
    });
    done.await.unwrap();
}
