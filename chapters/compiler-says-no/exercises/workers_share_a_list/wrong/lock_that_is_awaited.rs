//! A lock whose guard may travel, and the guard is held all the same.

use std::sync::Arc;
use std::time::Duration;

use timeline::LaneExt;
use tokio::{sync::Mutex, task::JoinSet, time::sleep};

/// Packs all orders with so many workers, and returns when all are packed.
pub async fn pack_all<F, Fut>(orders: Vec<u32>, workers: usize, pack: F)
where
    F: Fn(u32) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = ()> + Send + 'static,
{
    let orders = Arc::new(Mutex::new(orders));
    let pack = Arc::new(pack);
    let mut set = JoinSet::new();
    for _ in 0..workers {
        let (orders, pack) = (Arc::clone(&orders), Arc::clone(&pack));
        set.spawn(async move {
            while let Some(n) = orders.lock().await.pop() {
                pack(n).await;
            }
        });
    }
    while let Some(ended) = set.join_next().await {
        ended.unwrap();
    }
}

async fn pack(n: u32) {
    println!("order {n}: begun");
    let pause = if n == 6 { 900 } else { 300 };
    sleep(Duration::from_millis(pause)).await;
    println!("order {n}: packed");
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let lane = |n| pack(n).lane(format!("order {n}"));
    pack_all((1..=6).collect(), 2, lane).await;
}
