//! A function that lends each order to an async closure. Read the error.
use std::time::Duration;
use tokio::time::sleep;

async fn each<F, Fut>(orders: &[String], work: F)
where
    F: Fn(&String) -> Fut,
    Fut: Future<Output = ()>,
{
    for order in orders {
        work(order).await;
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let orders = ["tea".to_owned(), "milk".to_owned()];
    each(&orders, async |order| {
        sleep(Duration::from_millis(100)).await;
        println!("{order}: packed");
    })
    .await;
}
