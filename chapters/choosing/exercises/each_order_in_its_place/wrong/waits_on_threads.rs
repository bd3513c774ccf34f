//! A pool for everything: those who wait take the cores' threads.

use futures::future::{BoxFuture, join_all};
use rayon::ThreadPoolBuilder;
use tokio::sync::oneshot;

pub enum Order {
    Wait(BoxFuture<'static, u64>),
    Chop(Box<dyn FnOnce() -> u64 + Send>),
}

pub async fn fill(orders: Vec<Order>, cores: usize) -> Vec<u64> {
    let pool = ThreadPoolBuilder::new().num_threads(cores).build();
    let pool = &pool.expect("threads for the cores");
    let fill_one = async |order| {
        let (done, filled) = oneshot::channel();
        let runtime = tokio::runtime::Handle::current();
        pool.spawn(move || {
            _ = done.send(match order {
                Order::Wait(wait) => runtime.block_on(wait),
                Order::Chop(chop) => chop(),
            });
        });
        filled.await.expect("no order panics")
    };
    join_all(orders.into_iter().map(fill_one)).await
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let orders = vec![Order::Chop(Box::new(|| 1))];
    println!("{:?}", fill(orders, 2).await);
}
