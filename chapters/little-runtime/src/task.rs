//! `spawn`, and the handle to a task.

use crate::outcome::{JoinError, Outcome};
use crate::{runtime, sync::Arc, wake::Head};
use futures::FutureExt;
use std::task::{Context, Poll};
use std::{panic::AssertUnwindSafe, pin::Pin};

// part: spawn
/// Runs the future as a task of its own, beside others, as long as `block_on`
/// runs.
///
/// # Panics
/// If there is no `block_on` on this thread.
#[track_caller]
pub fn spawn<T: 'static>(
    future: impl Future<Output = T> + 'static,
) -> JoinHandle<T> {
    let outcome = Arc::new(Outcome::open());
    let mut promise = Promise(Some(Arc::clone(&outcome)));
    let job = AssertUnwindSafe(future).catch_unwind().map(move |result| {
        let result = result.map_err(|panic| JoinError::panicked(&*panic));
        promise.0.take().expect("it ends once").settle(result);
    });
    let head = runtime::current(|it| it.spawn(Box::pin(job)));
    let head = head.expect("spawn needs a block_on on its thread");
    JoinHandle { outcome, head }
}

/// A job has it. If that is dropped before it is done, it was cancelled.
struct Promise<T>(Option<Arc<Outcome<T>>>);

impl<T> Drop for Promise<T> {
    fn drop(&mut self) {
        self.0.iter().for_each(|it| it.settle(Err(JoinError::Cancelled)));
    }
}
// end: spawn

/// The handle to a task: a future of its result, on any thread.
///
/// To drop it is to let the task go on by itself.
#[derive(Debug)]
pub struct JoinHandle<T> {
    outcome: Arc<Outcome<T>>,
    head: Arc<Head>,
}

impl<T> JoinHandle<T> {
    /// Ends the task when its turn comes: its future is dropped, not polled
    /// again. A task that is done by then keeps its result.
    pub fn abort(&self) {
        self.head.abort();
    }
}

impl<T> Future for JoinHandle<T> {
    type Output = Result<T, JoinError>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        self.outcome.poll(cx.waker())
    }
}
