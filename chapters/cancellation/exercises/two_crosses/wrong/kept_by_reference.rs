//! Races references, and so the loser of the first race stays.

use std::pin::pin;
use std::time::Duration;

use tokio::time::{sleep, timeout};

pub async fn evening<F: Future<Output = ()>>(tea: impl Fn(u32) -> F) {
    let (mut first, mut second) = (pin!(tea(1)), pin!(tea(2)));
    tokio::select! {
        () = &mut first => (),
        () = &mut second => (),
    }
    let last = timeout(Duration::from_millis(300), tea(4));
    _ = tokio::join!(tea(3), last);
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    evening(|n| sleep(Duration::from_millis(u64::from(n)))).await;
}
