//! `spawn`, and the handle to a task.

use crate::outcome::{JoinError, Outcome};
use crate::runtime;
use crate::sync::{Arc, Mutex};
use crate::wake::Head;
use futures::FutureExt;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::task::{Context, Poll};

// part: spawn
/// Runs the future as a task of its own, beside others, as long as `block_on`
/// runs.
///
/// # Panics
/// If there is no `block_on` on this thread.
#[track_caller]
pub fn spawn<F>(future: F) -> JoinHandle<F::Output>
where
    F: Future<Output: 'static> + 'static,
{
    let outcome = Arc::<Mutex<_>>::default();
    let promise = Promise(Arc::clone(&outcome));
    let job = AssertUnwindSafe(future).catch_unwind().map(move |result| {
        let result = result.map_err(|panic| JoinError::panicked(&*panic));
        Outcome::settle(&promise.0, result);
    });
    let head = runtime::current(|it| it.spawn(Box::pin(job)));
    let head = head.expect("spawn needs a block_on on its thread");
    JoinHandle { outcome, head }
}

/// A job has it. If that is dropped before it is done, it was cancelled.
struct Promise<T>(Arc<Mutex<Outcome<T>>>);

impl<T> Drop for Promise<T> {
    fn drop(&mut self) {
        Outcome::settle(&self.0, Err(JoinError::Cancelled));
    }
}
// end: spawn

/// The handle to a task: a future of its result, on any thread.
///
/// To drop it is to let the task go on by itself.
#[derive(Debug)]
pub struct JoinHandle<T> {
    outcome: Arc<Mutex<Outcome<T>>>,
    head: Arc<Head>,
}

impl<T> JoinHandle<T> {
    /// Ends the task when its turn comes: its future is dropped, not polled
    /// again. A task that is done by then keeps its result.
    pub fn abort(&self) {
        Head::abort(&self.head);
    }
}

impl<T> Future for JoinHandle<T> {
    type Output = Result<T, JoinError>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        Outcome::poll(&self.outcome, cx.waker())
    }
}
