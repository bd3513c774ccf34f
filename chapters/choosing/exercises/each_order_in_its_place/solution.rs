//! Six orders, of which some wait and some compute. Watch who is where.

use std::time::Duration;

use futures::future::{BoxFuture, join_all};
use rayon::ThreadPoolBuilder;
use timeline::LaneExt;
use tokio::sync::oneshot;
use tokio::time::sleep;

pub enum Order {
    /// Waits, for a kettle or a guest.
    Wait(BoxFuture<'static, u64>),
    /// Computes, or blocks: whoever runs it cannot do anything else.
    Chop(Box<dyn FnOnce() -> u64 + Send>),
}

/// Fills all orders, and gives what they give, in their order.
///
/// No more chops at a time than there are cores for them.
pub async fn fill(orders: Vec<Order>, cores: usize) -> Vec<u64> {
    let pool = ThreadPoolBuilder::new().num_threads(cores).build();
    let pool = &pool.expect("threads for the cores");
    let fill_one = async |order| match order {
        Order::Wait(wait) => wait.await,
        Order::Chop(chop) => {
            let (done, filled) = oneshot::channel();
            pool.spawn(|| _ = done.send(chop()));
            filled.await.expect("no chop panics")
        }
    };
    join_all(orders.into_iter().map(fill_one)).await
}

fn tea(n: u64) -> Order {
    let tea = async move {
        sleep(Duration::from_millis(300)).await;
        n
    };
    Order::Wait(Box::pin(tea.lane(format!("tea {n}"))))
}

fn chop(n: u64) -> Order {
    let chop = move || {
        for i in 0..6_000_000_u64 {
            std::hint::black_box(i);
        }
        n
    };
    Order::Chop(Box::new(move || timeline::span(format!("chop {n}"), chop)))
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let orders = vec![tea(1), chop(2), chop(3), tea(4), chop(5), tea(6)];
    println!("{:?}", fill(orders, 2).await);
}

#[cfg(test)]
#[path = "../../../chapters/choosing/exercises/each_order_in_its_place/tests.rs"]
mod tests;
