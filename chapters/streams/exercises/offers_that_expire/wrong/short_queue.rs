//! Has a queue between orders and saves, and waits when it is full.

use std::time::Duration;

use futures::{StreamExt, stream};
use timeline::LaneExt;
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep};

/// Sends orders, up to `k` at a time. Saves what they bring, one at a time,
/// and says how many that were.
pub async fn sell<O, S>(
    k: usize,
    orders: Vec<O>,
    mut save: impl FnMut(u64) -> S,
) -> usize
where
    O: Future<Output = Option<u64>> + Send + 'static,
    S: Future<Output = ()>,
{
    let mut offers = stream::iter(orders).buffer_unordered(k);
    let (queue, mut prices) = mpsc::channel(1);
    let mut saved = 0;
    let sending = async move {
        while let Some(offer) = offers.next().await {
            if let Some(price) = offer {
                let _ = queue.send(price).await;
            }
        }
    };
    let saving = async {
        while let Some(price) = prices.recv().await {
            save(price).await;
            saved += 1;
        }
    };
    tokio::join!(sending, saving);
    saved
}

/// The shop answers after a while, and then waits for 200 ms.
async fn order(n: u64) -> Option<u64> {
    let answer = Instant::now() + Duration::from_millis(100 * n);
    tokio::time::sleep_until(answer).await;
    if answer.elapsed() > Duration::from_millis(200) {
        println!("order {n}: the offer has expired");
        return None;
    }
    Some(100 * n)
}

async fn save(price: u64) {
    sleep(Duration::from_millis(400)).await;
    println!("saved: {price}");
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let orders = (1..=4).map(|n| order(n).lane(format!("order {n}")));
    let save = |price| save(price).lane("save");
    println!("main: {} saved", sell(2, orders.collect(), save).await);
}
