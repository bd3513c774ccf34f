//! A spawned future, and the handle to it.

use crate::outcome::{JoinError, Outcome};
use crate::sync::{Arc, Mutex};
use crate::wake::Head;
use pin_project_lite::pin_project;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context, Poll, Wake};

// part: job
pin_project! {
    /// A spawned future: it leaves its result to the handle. If it is dropped
    /// before it has one, it was cancelled.
    pub(crate) struct Job<F: Future> {
        #[pin]
        future: F,
        outcome: Arc<Mutex<Outcome<F::Output>>>,
        done: bool,
    }

    impl<F: Future> PinnedDrop for Job<F> {
        fn drop(this: Pin<&mut Self>) {
            if !this.done {
                let outcome = this.project().outcome;
                Outcome::settle(outcome, Err(JoinError::Cancelled));
            }
        }
    }
}

impl<F: Future> Future for Job<F> {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let this = self.project();
        let poll = AssertUnwindSafe(|| this.future.poll(cx));
        let result = match catch_unwind(poll) {
            Ok(Poll::Pending) => return Poll::Pending,
            Ok(Poll::Ready(value)) => Ok(value),
            Err(panic) => Err(JoinError::panicked(&*panic)),
        };
        Outcome::settle(this.outcome, result);
        *this.done = true;
        Poll::Ready(())
    }
}
// end: job

/// The handle to a task: a future of its result, on any thread.
///
/// To drop it is to let the task go on by itself.
#[derive(Debug)]
pub struct JoinHandle<T> {
    outcome: Arc<Mutex<Outcome<T>>>,
    head: Arc<Head>,
}

impl<T> JoinHandle<T> {
    /// `run` takes the job over, and returns its head if it could.
    pub(crate) fn new<F: Future<Output = T>>(
        future: F,
        run: impl FnOnce(Job<F>) -> Option<Arc<Head>>,
    ) -> Option<Self> {
        let outcome = Arc::new(Mutex::default());
        let job = Job { future, outcome: Arc::clone(&outcome), done: false };
        let head = run(job)?;
        Some(Self { outcome, head })
    }

    /// Ends the task when its turn comes: its future is dropped, not polled
    /// again. A task that is done by then keeps its result.
    pub fn abort(&self) {
        self.head.abort();
        self.head.wake_by_ref();
    }
}

impl<T> Future for JoinHandle<T> {
    type Output = Result<T, JoinError>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        Outcome::poll(&self.outcome, cx.waker())
    }
}
