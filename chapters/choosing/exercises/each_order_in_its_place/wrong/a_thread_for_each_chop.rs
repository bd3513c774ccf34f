//! Starts a thread for each order that computes, however few the cores.

use futures::future::{BoxFuture, join_all};
use tokio::task::spawn_blocking;

pub enum Order {
    Wait(BoxFuture<'static, u64>),
    Chop(Box<dyn FnOnce() -> u64 + Send>),
}

pub async fn fill(orders: Vec<Order>, cores: usize) -> Vec<u64> {
    _ = cores;
    let fill_one = async |order| match order {
        Order::Wait(wait) => wait.await,
        Order::Chop(chop) => spawn_blocking(chop).await.unwrap(),
    };
    join_all(orders.into_iter().map(fill_one)).await
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let orders = vec![Order::Chop(Box::new(|| 1))];
    println!("{:?}", fill(orders, 2).await);
}
