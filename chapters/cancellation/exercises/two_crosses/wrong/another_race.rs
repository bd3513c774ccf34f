//! Lets the last two race as well.

use std::time::Duration;

use tokio::time::sleep;

pub async fn evening<F: Future<Output = ()>>(tea: impl Fn(u32) -> F) {
    tokio::select! {
        () = tea(1) => (),
        () = tea(2) => (),
    }
    tokio::select! {
        () = tea(3) => (),
        () = tea(4) => (),
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    evening(|n| sleep(Duration::from_millis(u64::from(n)))).await;
}
