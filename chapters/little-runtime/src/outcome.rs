//! How a task ended. The task says it, the handle hears it, on any thread.

use crate::sync::{AtomicWaker, Mutex};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::task::{Poll, Waker};
use std::{any::Any, error, fmt, mem};

// part: outcome
/// What a task and its handle share.
#[derive(Debug)]
pub(crate) struct Outcome<T> {
    result: Mutex<Option<Result<T, JoinError>>>,
    waiting: AtomicWaker,
}

impl<T> Outcome<T> {
    pub(crate) fn open() -> Self {
        Self { result: Mutex::new(None), waiting: AtomicWaker::new() }
    }

    /// The first counts.
    pub(crate) fn settle(&self, result: Result<T, JoinError>) {
        self.result.lock().unwrap().get_or_insert(result);
        self.waiting.wake();
    }

    /// Says who waits, and looks once more: the result may have come meanwhile.
    /// The lock is not held while the waker is cloned, as that may be anybody's
    /// code.
    pub(crate) fn poll(&self, waker: &Waker) -> Poll<Result<T, JoinError>> {
        let look = || self.result.lock().unwrap().take();
        let result = look().or_else(|| {
            self.waiting.register(waker);
            look()
        });
        result.map_or(Poll::Pending, Poll::Ready)
    }
}

/// An outcome, whatever is its type.
pub(crate) trait Ending {
    fn fail(&self, error: JoinError);
}

impl<T> Ending for Outcome<T> {
    fn fail(&self, error: JoinError) {
        self.settle(Err(error));
    }
}
// end: outcome

/// Why a task has no result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum JoinError {
    /// It was aborted, or its runtime is gone.
    Cancelled,
    /// With these words.
    Panicked(String),
}

// part: catch
/// Calls it, and stops its panic here.
pub(crate) fn catch<T>(f: impl FnOnce() -> T) -> Result<T, JoinError> {
    catch_unwind(AssertUnwindSafe(f)).map_err(JoinError::panicked)
}

impl JoinError {
    /// What it panicked with may panic in its turn when it is dropped: that is
    /// forgotten.
    #[cold]
    fn panicked(payload: Box<dyn Any + Send>) -> Self {
        let words = payload.downcast_ref::<String>().map(String::as_str);
        let words = words.or_else(|| payload.downcast_ref::<&str>().copied());
        let error = Self::Panicked(words.unwrap_or("no words").to_owned());
        let dropped = catch_unwind(AssertUnwindSafe(|| drop(payload)));
        dropped.unwrap_or_else(mem::forget);
        error
    }
}
// end: catch

impl fmt::Display for JoinError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cancelled => write!(f, "the task was cancelled"),
            Self::Panicked(words) => write!(f, "the task panicked: {words}"),
        }
    }
}

impl error::Error for JoinError {}
