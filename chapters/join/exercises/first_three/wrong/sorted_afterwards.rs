//! Waits for all of them, and sorts.

use std::time::Duration;

use futures::future::join_all;
use tokio::time::Instant;

pub async fn first_three<F: Future>(futures: Vec<F>) -> Vec<F::Output> {
    let timed = futures.into_iter().map(|future| async {
        let output = future.await;
        (Instant::now(), output)
    });
    let mut all = join_all(timed).await;
    all.sort_by_key(|(at, _)| *at);
    all.into_iter().map(|(_, output)| output).take(3).collect()
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let tea = |n: u64| async move {
        tokio::time::sleep(Duration::from_millis(10 * n)).await;
        n
    };
    println!("{:?}", first_three((1..=5).map(tea).collect()).await);
}
