//! Three places for requests of two kinds. Watch how long a price takes.
use std::{sync::Arc, time::Duration};
use timeline::LaneExt;
use tokio::{sync::Semaphore, task::JoinSet, time::sleep};

const TENTH: Duration = Duration::from_millis(100);

#[timeline::lane("report {n}")]
async fn report(n: u32, places: Arc<Semaphore>) {
    let place = places.acquire().waits_for("a place").await;
    let _place = place.expect("it is never closed");
    sleep(7 * TENTH).await; // its database is slow today
    println!("report {n}: done");
}

#[timeline::lane("price {n}")]
async fn price(n: u32, places: Arc<Semaphore>) {
    let place = places.acquire().waits_for("a place").await;
    let _place = place.expect("it is never closed");
    sleep(TENTH / 2).await;
    println!("price {n}: done");
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let places = Arc::new(Semaphore::new(3));
    let mut requests = JoinSet::new();
    for n in 1..=4 {
        requests.spawn(report(n, places.clone()));
        sleep(TENTH / 4).await;
    }
    for n in 1..=4 {
        requests.spawn(price(n, places.clone()));
        sleep(TENTH / 4).await;
    }
    requests.join_all().await;
}
