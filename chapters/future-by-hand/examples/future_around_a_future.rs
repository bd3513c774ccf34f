//! A future around a future. Watch when a poll begins, and how it ends.
use std::{
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};
use tokio::time::{sleep, timeout};

struct Lane<F> {
    name: &'static str,
    future: Pin<Box<F>>,
    over: bool,
}

fn lane<F: Future>(name: &'static str, future: F) -> Lane<F> {
    let (future, over) = (Box::pin(future), false);
    Lane { name, future, over }
}

impl<F: Future> Future for Lane<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let name = self.name;
        println!("[{name}] poll");
        let poll = self.future.as_mut().poll(cx);
        self.over = poll.is_ready();
        println!("[{name}] {}", if self.over { "ready" } else { "pending" });
        poll
    }
}

impl<F> Drop for Lane<F> {
    fn drop(&mut self) {
        if !self.over {
            println!("[{}] dropped", self.name);
        }
    }
}

async fn tea(n: u32) {
    println!("tea {n}: kettle on");
    sleep(Duration::from_secs(1)).await;
    println!("tea {n}: poured");
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    lane("first", tea(1)).await;
    let hurry = Duration::from_millis(500);
    if timeout(hurry, lane("second", tea(2))).await.is_err() {
        println!("main: no time for tea 2");
    }
}
