//! Two sources in one `select!`, until both are done. Watch how it ends.
use futures::{StreamExt, stream};
use std::pin::pin;
use tokio::task::yield_now;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let mut quick = pin!(stream::unfold(1, async |n| {
        yield_now().await;
        (n <= 1).then_some((n, n + 1))
    }));
    let mut slow = stream::iter(1..=3);
    loop {
        tokio::select! {
            biased;
            Some(n) = quick.next() => println!("main: quick {n}"),
            Some(n) = slow.next() => println!("main: slow {n}"),
            else => break,
        }
    }
    println!("main: closed");
}
