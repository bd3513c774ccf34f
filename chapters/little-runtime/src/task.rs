//! `spawn`, and the handle to a task.

use crate::outcome::{JoinError, Outcome};
use crate::{runtime, sync::Arc, wake::Head};
use futures::FutureExt;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

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
    let (settled, ending) = (Arc::clone(&outcome), Arc::clone(&outcome));
    let job = future.map(move |value| settled.settle(Ok(value)));
    let head = runtime::current(|it| it.spawn(Box::pin(job), ending));
    let head = head.expect("spawn needs a block_on on its thread");
    JoinHandle { outcome: Some(outcome), head }
}
// end: spawn

// part: handle
/// The handle to a task: a future of its result, on any thread.
///
/// To drop it is to let the task go on by itself.
///
/// # Panics
/// When it is polled after it gave its result.
#[derive(Debug)]
pub struct JoinHandle<T> {
    /// `None` when it has given its result.
    outcome: Option<Arc<Outcome<T>>>,
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

    fn poll(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Self::Output> {
        let outcome = self.outcome.as_ref();
        let outcome = outcome.expect("a handle gives its result once");
        let result = ready!(outcome.poll(cx.waker()));
        self.outcome = None;
        Poll::Ready(result)
    }
}
// end: handle
