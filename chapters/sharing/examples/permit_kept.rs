//! Four orders, one after another, and two permits. Watch the third.
use std::{sync::Arc, time::Duration};
use timeline::LaneExt;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::sleep;

/// An order that is done.
struct Done {
    number: u32,
    _permit: OwnedSemaphorePermit,
}

async fn price(number: u32, permit: OwnedSemaphorePermit) -> Done {
    sleep(Duration::from_millis(200)).await;
    println!("price {number}: known");
    Done {
        number,
        _permit: permit,
    }
}

#[timeline::lane("orders")]
async fn orders() -> Vec<Done> {
    let permits = Arc::new(Semaphore::new(2));
    let mut done = Vec::new();
    for n in 1..=4 {
        let permit = Arc::clone(&permits).acquire_owned();
        let permit = permit.waits_for("a permit").await;
        let permit = permit.expect("it is never closed");
        done.push(price(n, permit).await);
    }
    done
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let done = orders().await;
    println!("the last one is order {}", done[3].number);
}
