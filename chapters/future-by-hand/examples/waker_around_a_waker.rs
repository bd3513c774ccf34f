//! Two cups in one join. Watch who is woken, and who is polled.
use futures::future::join_all;
use std::{
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, Wake, Waker},
    time::Duration,
};
use tokio::time::sleep;

struct Lane<F> {
    name: &'static str,
    future: Pin<Box<F>>,
}

fn lane<F: Future>(name: &'static str, future: F) -> Lane<F> {
    let future = Box::pin(future);
    Lane { name, future }
}

struct LaneWaker {
    name: &'static str,
    outer: Waker,
}

impl Wake for LaneWaker {
    fn wake(self: Arc<Self>) {
        println!("[{}] woken", self.name);
        self.outer.wake_by_ref();
    }
}

impl<F: Future> Future for Lane<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let (name, outer) = (self.name, cx.waker().clone());
        let waker = Waker::from(Arc::new(LaneWaker { name, outer }));
        let mut cx = Context::from_waker(&waker);
        println!("[{name}] poll");
        let poll = self.future.as_mut().poll(&mut cx);
        let end = if poll.is_ready() { "ready" } else { "pending" };
        println!("[{name}] {end}");
        poll
    }
}

async fn tea(millis: u64) {
    sleep(Duration::from_millis(millis)).await;
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    join_all([lane("green", tea(500)), lane("black", tea(1000))]).await;
}
