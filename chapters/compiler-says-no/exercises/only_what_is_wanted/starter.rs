//! Three orders and a question to each. Watch when they are asked.

use std::time::Duration;

use futures::future::join_all;
use timeline::LaneExt;
use tokio::time::sleep;

/// The orders for which the answer is yes. All are asked at the same time.
pub async fn wanted<T, F, Fut>(orders: Vec<T>, ask: F) -> Vec<T>
where
    F: Fn(&T) -> Fut,
    Fut: Future<Output = bool>,
{
    let answers = join_all(orders.iter().map(|order| ask(order))).await;
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

#[cfg(test)]
#[path = "../../../chapters/compiler-says-no/exercises/only_what_is_wanted/tests.rs"]
mod tests;
