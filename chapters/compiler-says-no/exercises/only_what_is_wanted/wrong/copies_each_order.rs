//! Gives the closure an order to itself: a copy.

use std::time::Duration;

use futures::future::join_all;
use timeline::LaneExt;
use tokio::time::sleep;

pub async fn wanted<T: Clone, F>(orders: Vec<T>, ask: F) -> Vec<T>
where
    F: AsyncFn(&T) -> bool,
{
    let ask = &ask;
    let asked = orders
        .iter()
        .cloned()
        .map(|order| async move { ask(&order).await });
    let answers = join_all(asked).await;
    let asked = orders.into_iter().zip(answers);
    asked
        .filter(|(_, yes)| *yes)
        .map(|(order, _)| order)
        .collect()
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
