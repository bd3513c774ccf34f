//! The right bound, and a loop that asks one order after another.

use std::time::Duration;

use timeline::LaneExt;
use tokio::time::sleep;

pub async fn wanted<T, F>(orders: Vec<T>, ask: F) -> Vec<T>
where
    F: AsyncFn(&T) -> bool,
{
    let mut kept = Vec::new();
    for order in orders {
        if ask(&order).await {
            kept.push(order);
        }
    }
    kept
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
