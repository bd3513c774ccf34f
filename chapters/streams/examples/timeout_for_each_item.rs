//! The same orders, and a limit for each. Watch what silence brings.
use futures::{Stream, stream};
use std::{pin::pin, time::Duration};
use tokio::time::{Instant, sleep};
use tokio_stream::StreamExt;

/// Four orders come quickly, and the fifth much later.
fn orders() -> impl Stream<Item = u32> {
    stream::iter([(1, 1), (2, 1), (3, 1), (4, 1), (5, 12)]).then(
        async |(n, tenths)| {
            sleep(Duration::from_millis(100 * tenths)).await;
            n
        },
    )
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let start = Instant::now();
    let limit = Duration::from_millis(300);
    let mut orders = pin!(orders().timeout(limit));
    while let Some(order) = orders.next().await {
        let seconds = start.elapsed().as_secs_f64();
        match order {
            Ok(n) => println!("after {seconds:.1} s: order {n}"),
            Err(_) => println!("after {seconds:.1} s: silence"),
        }
    }
}
