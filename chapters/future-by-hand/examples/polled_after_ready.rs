//! Five futures, each polled once more after `Ready`. Watch what they do.
use futures::FutureExt;
use std::{
    future,
    panic::{self, AssertUnwindSafe},
    pin::pin,
    task::{Context, Poll, Waker},
    time::Duration,
};
use tokio::time::sleep;

async fn once_more(name: &str, future: impl Future<Output = ()>) {
    let mut future = pin!(future);
    future.as_mut().await;
    let mut cx = Context::from_waker(Waker::noop());
    let again = AssertUnwindSafe(|| future.as_mut().poll(&mut cx));
    match panic::catch_unwind(again) {
        Ok(poll) => println!("{name}: {poll:?}"),
        Err(_) => println!("{name}: panics"),
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    panic::set_hook(Box::new(|panic| {
        let message = panic.payload_as_str().unwrap_or("no message");
        println!("({message})");
    }));
    once_more("an async block", async {}).await;
    once_more("std's ready", future::ready(())).await;
    once_more("Tokio's sleep", sleep(Duration::from_millis(10))).await;
    once_more("std's poll_fn", future::poll_fn(|_| Poll::Ready(()))).await;
    once_more("a fused block", async {}.fuse()).await;
}
