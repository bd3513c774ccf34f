//! `spawn`, and the handle to a task.

use crate::outcome::{JoinError, Outcome};
use crate::{runtime, sync::Arc, tasks::Work};
use futures::task::ArcWake;
use pin_project_lite::pin_project;
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
    let outcome = runtime::current(|it| {
        it.spawn(|head| {
            let outcome = Arc::new(Outcome::open(head));
            let future = Some(future);
            let task = Task { future, outcome: Arc::clone(&outcome) };
            (Box::pin(task), outcome)
        })
    });
    let outcome = outcome.expect("spawn needs a block_on on its thread");
    JoinHandle { outcome: Some(outcome) }
}
// end: spawn

// part: task
pin_project! {
    struct Task<F: Future> {
        // `None` when it is done.
        #[pin]
        future: Option<F>,
        outcome: Arc<Outcome<F::Output>>,
    }
}

impl<F: Future> Work for Task<F> {
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let mut this = self.project();
        let future = this.future.as_mut().as_pin_mut();
        let value = ready!(future.expect("it is not done").poll(cx));
        this.future.set(None); // if this panics, there is no value
        this.outcome.settle(Ok(value));
        Poll::Ready(())
    }

    fn drop_future(self: Pin<&mut Self>) {
        self.project().future.set(None);
    }

    fn fail(&self, error: JoinError) {
        self.outcome.settle(Err(error));
    }
}
// end: task

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
}

impl<T> JoinHandle<T> {
    /// Ends the task when its turn comes: its future is dropped, not polled
    /// again. A task that is done by then keeps its result.
    pub fn abort(&self) {
        let Some(outcome) = &self.outcome else { return };
        outcome.head.abort();
        ArcWake::wake_by_ref(&outcome.head);
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
