//! Joins everything, on the one thread.

use futures::future::{BoxFuture, join_all};

pub enum Order {
    Wait(BoxFuture<'static, u64>),
    Chop(Box<dyn FnOnce() -> u64 + Send>),
}

pub async fn fill(orders: Vec<Order>, cores: usize) -> Vec<u64> {
    _ = cores;
    let fill_one = async |order| match order {
        Order::Wait(wait) => wait.await,
        Order::Chop(chop) => chop(),
    };
    join_all(orders.into_iter().map(fill_one)).await
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let orders = vec![Order::Chop(Box::new(|| 1))];
    println!("{:?}", fill(orders, 2).await);
}
