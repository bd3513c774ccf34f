//! Puts on the last tea when the third is poured.

use std::time::Duration;

use tokio::time::{sleep, timeout};

pub async fn evening<F: Future<Output = ()>>(tea: impl Fn(u32) -> F) {
    tokio::select! {
        () = tea(1) => (),
        () = tea(2) => (),
    }
    tea(3).await;
    _ = timeout(Duration::from_millis(100), tea(4)).await;
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    evening(|n| sleep(Duration::from_millis(u64::from(n)))).await;
}
