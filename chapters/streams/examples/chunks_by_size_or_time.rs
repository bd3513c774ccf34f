//! Orders are saved three at a time, or sooner. Watch how long order 4 waits.
use futures::{Stream, stream};
use std::{pin::pin, time::Duration};
use tokio::time::{Instant, sleep};
use tokio_stream::StreamExt;

const LIMIT: Duration = Duration::from_millis(300);

/// Four orders come quickly, and the fifth much later.
fn orders() -> impl Stream<Item = u32> {
    stream::iter([(1, 1), (2, 1), (3, 1), (4, 1), (5, 12)]).then(
        async |(n, tenths)| {
            sleep(Duration::from_millis(100 * tenths)).await;
            println!("order {n}: here");
            n
        },
    )
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let start = Instant::now();
    let mut chunks = pin!(orders().chunks_timeout(3, LIMIT));
    while let Some(orders) = chunks.next().await {
        let seconds = start.elapsed().as_secs_f64();
        println!("after {seconds:.1} s: saved {orders:?}");
    }
}
