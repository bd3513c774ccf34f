//! One chop at a time: harmless, and the other cores idle.

use futures::future::{BoxFuture, join_all};
use tokio::sync::Mutex;
use tokio::task::spawn_blocking;

pub enum Order {
    Wait(BoxFuture<'static, u64>),
    Chop(Box<dyn FnOnce() -> u64 + Send>),
}

pub async fn fill(orders: Vec<Order>, cores: usize) -> Vec<u64> {
    _ = cores;
    let core = &Mutex::new(());
    let fill_one = async |order| match order {
        Order::Wait(wait) => wait.await,
        Order::Chop(chop) => {
            let _core = core.lock().await;
            spawn_blocking(chop).await.unwrap()
        }
    };
    join_all(orders.into_iter().map(fill_one)).await
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let orders = vec![Order::Chop(Box::new(|| 1))];
    println!("{:?}", fill(orders, 2).await);
}
