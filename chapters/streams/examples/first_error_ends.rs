//! Five orders, three at once, and order 2 fails. Watch what is saved.
use futures::{StreamExt, TryStreamExt, stream};
use std::time::Duration;
use tokio::time::sleep;

#[timeline::lane("save {n}")]
async fn save(n: u64) -> Result<u64, String> {
    sleep(Duration::from_millis(100 * n)).await;
    if n == 2 {
        return Err(format!("order {n} has no address"));
    }
    println!("save {n}: done");
    Ok(n)
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let saved = stream::iter(1..=5).map(save).buffer_unordered(3);
    let saved: Result<Vec<u64>, String> = saved.try_collect().await;
    println!("main: {saved:?}");
}
