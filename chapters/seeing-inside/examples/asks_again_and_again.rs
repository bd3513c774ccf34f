//! Five orders, one pot, two cups, a washer. Watch what it costs.
use std::sync::Arc;
use std::time::Duration;
use timeline::LaneExt;
use tokio::sync::{Mutex, Semaphore};
use tokio::task::JoinSet;
use tokio::time::sleep;
use tracing::{info, instrument};

struct Kitchen {
    pot: Mutex<()>,
    clean: Semaphore,
    dirty: Semaphore,
}

#[instrument(skip(kitchen))]
#[timeline::lane("order {id}")]
async fn order(id: u32, kitchen: Arc<Kitchen>) {
    info!("begun");
    let _pot = kitchen.pot.lock().waits_for("the pot").await;
    let cup = loop {
        match kitchen.clean.try_acquire() {
            Ok(cup) => break cup,
            Err(_) => tokio::task::yield_now().await, // and asks again
        }
    };
    cup.forget();
    sleep(Duration::from_millis(100)).await;
    info!("poured");
    kitchen.dirty.add_permits(1);
}

#[instrument(skip(kitchen))]
#[timeline::lane("washer")]
async fn washer(kitchen: Arc<Kitchen>) {
    loop {
        let cup = kitchen.dirty.acquire().waits_for("work").await;
        cup.unwrap().forget();
        let _hot_water = kitchen.pot.lock().waits_for("the pot").await;
        sleep(Duration::from_millis(50)).await;
        info!("a cup is clean");
        kitchen.clean.add_permits(1);
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    tracing_subscriber::fmt()
        .without_time()
        .with_target(false)
        .init();
    let (pot, clean) = (Mutex::new(()), Semaphore::new(2));
    let dirty = Semaphore::new(0);
    let kitchen = Arc::new(Kitchen { pot, clean, dirty });
    let mut orders = JoinSet::new();
    for id in 1..=5 {
        orders.spawn(order(id, kitchen.clone()));
    }
    tokio::spawn(washer(kitchen));
    orders.join_all().await;
}
