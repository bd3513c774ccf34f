//! The right bound, and the orders in the order of their answers.

use std::time::Duration;

use futures::{StreamExt, stream::FuturesUnordered};
use timeline::LaneExt;
use tokio::time::sleep;

pub async fn wanted<T, F>(orders: Vec<T>, ask: F) -> Vec<T>
where
    F: AsyncFn(&T) -> bool,
{
    let ask = &ask;
    let asked: FuturesUnordered<_> = orders
        .into_iter()
        .map(|order| async move { ask(&order).await.then_some(order) })
        .collect();
    asked.filter_map(async |order| order).collect().await
}

struct Order(&'static str, u32);

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let orders = vec![Order("tea", 3), Order("milk", 0), Order("cake", 1)];
    let orders = wanted(orders, async |order: &Order| {
        println!("{}: still wanted?", order.0);
        sleep(Duration::from_millis(300)).lane(order.0).await;
        order.1 > 0
    });
    for order in orders.await {
        println!("{}: {} of them", order.0, order.1);
    }
}
