//! How a task ended. The task says it, the handle hears it, on any thread.

use crate::sync::{AtomicWaker, Mutex};
use std::task::{Poll, Waker};
use std::{any::Any, error, fmt};

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

    /// To be called once.
    pub(crate) fn settle(&self, result: Result<T, JoinError>) {
        *self.result.lock().unwrap() = Some(result);
        self.waiting.wake();
    }

    /// To look, and to say who waits, is one step.
    pub(crate) fn poll(&self, waker: &Waker) -> Poll<Result<T, JoinError>> {
        let mut result = self.result.lock().unwrap();
        if result.is_none() {
            self.waiting.register(waker);
        }
        result.take().map_or(Poll::Pending, Poll::Ready)
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

impl JoinError {
    pub(crate) fn panicked(payload: &(dyn Any + Send)) -> Self {
        let words = payload.downcast_ref::<String>().map(String::as_str);
        let words = words.or_else(|| payload.downcast_ref::<&str>().copied());
        Self::Panicked(words.unwrap_or("no words").to_owned())
    }
}

impl fmt::Display for JoinError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cancelled => write!(f, "the task was cancelled"),
            Self::Panicked(words) => write!(f, "the task panicked: {words}"),
        }
    }
}

impl error::Error for JoinError {}
