//! Leaves its waker when the future inside has been polled.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use futures::task::AtomicWaker;
use little_runtime::{block_on, sleep, spawn};
use timeline::LaneExt;

/// What a future and its `Abort` share.
#[derive(Default)]
struct Shared {
    aborted: AtomicBool,
    waiter: AtomicWaker,
}

/// Ends a future, from wherever you are.
pub struct Abort(Arc<Shared>);

impl Abort {
    pub fn abort(&self) {
        self.0.aborted.store(true, Ordering::SeqCst);
        self.0.waiter.wake();
    }
}

/// Gives what the future gives, or `None` if it was aborted before.
pub struct Abortable<F> {
    future: Option<Pin<Box<F>>>,
    shared: Arc<Shared>,
}

pub fn abortable<F: Future>(future: F) -> (Abortable<F>, Abort) {
    let shared = Arc::new(Shared::default());
    let abort = Abort(Arc::clone(&shared));
    let future = Some(Box::pin(future));
    (Abortable { future, shared }, abort)
}

impl<F: Future> Future for Abortable<F> {
    type Output = Option<F::Output>;

    fn poll(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Self::Output> {
        if self.shared.aborted.load(Ordering::SeqCst) {
            self.future = None; // dropped here
            return Poll::Ready(None);
        }
        let future = self.future.as_mut().expect("it is polled to its end");
        let answer = future.as_mut().poll(cx).map(Some);
        if answer.is_pending() {
            self.shared.waiter.register(cx.waker());
        }
        answer
    }
}

async fn tea() -> &'static str {
    println!("tea: kettle on");
    sleep(Duration::from_secs(1)).await;
    println!("tea: poured");
    "a cup"
}

fn main() {
    block_on(async {
        let (tea, abort) = abortable(tea().lane("tea"));
        let task = spawn(tea);
        sleep(Duration::from_millis(300)).await;
        println!("guest: no tea, please");
        abort.abort();
        let cup = task.await.expect("it does not panic");
        println!("guest: got {cup:?}");
    });
}
