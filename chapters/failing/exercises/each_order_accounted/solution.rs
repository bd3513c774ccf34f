//! Four orders, and how each of them has ended.

use std::collections::BTreeMap;
use std::time::Duration;

use timeline::LaneExt;
use tokio::task::JoinSet;
use tokio::time::sleep;

/// What became of an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum End {
    Stored,
    Refused(String),
    Bug,
}

/// Runs all orders at the same time, and says by number how each has ended.
pub async fn report<F>(orders: Vec<(u32, F)>) -> BTreeMap<u32, End>
where
    F: Future<Output = Result<(), String>> + Send + 'static,
{
    let mut set = JoinSet::new();
    let mut number = BTreeMap::new();
    for (n, order) in orders {
        number.insert(set.spawn(order).id(), n);
    }
    let mut ends = BTreeMap::new();
    while let Some(ended) = set.join_next_with_id().await {
        let (id, end) = match ended {
            Ok((id, Ok(()))) => (id, End::Stored),
            Ok((id, Err(why))) => (id, End::Refused(why)),
            Err(panic) => (panic.id(), End::Bug),
        };
        ends.insert(number[&id], end);
    }
    ends
}

async fn order(n: u32) -> Result<(), String> {
    sleep(Duration::from_millis(100 * u64::from(n))).await;
    assert!(n != 3, "order 3 has no address");
    match n {
        2 => Err("the card was refused".to_owned()),
        _ => Ok(()),
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let orders = (1..=4).map(|n| (n, order(n).lane(format!("order {n}"))));
    for (n, end) in report(orders.collect()).await {
        println!("order {n}: {end:?}");
    }
}

#[cfg(test)]
#[path = "../../../chapters/failing/exercises/each_order_accounted/tests.rs"]
mod tests;
