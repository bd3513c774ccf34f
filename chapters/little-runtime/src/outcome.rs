//! How a task ended. The task says it, the handle hears it, on any thread.

use crate::sync::Mutex;
use std::task::{Poll, Waker};
use std::{any::Any, error, fmt, mem};

// part: outcome
/// What a task and its handle share.
#[derive(Debug, Default)]
pub(crate) enum Outcome<T> {
    #[default]
    Open,
    Awaited(Waker),
    Settled(Result<T, JoinError>),
}

impl<T> Outcome<T> {
    /// Only the first time counts.
    pub(crate) fn settle(this: &Mutex<Self>, result: Result<T, JoinError>) {
        let mut outcome = this.lock().unwrap();
        if !matches!(*outcome, Self::Settled(_)) {
            let old = mem::replace(&mut *outcome, Self::Settled(result));
            drop(outcome);
            if let Self::Awaited(waker) = old {
                waker.wake();
            }
        }
    }

    /// To look, and to say who waits, is one step.
    pub(crate) fn poll(
        this: &Mutex<Self>,
        waker: &Waker,
    ) -> Poll<Result<T, JoinError>> {
        let mut outcome = this.lock().unwrap();
        match mem::take(&mut *outcome) {
            Self::Settled(result) => Poll::Ready(result),
            old => {
                *outcome = Self::Awaited(waker.clone());
                drop((outcome, old)); // in this order
                Poll::Pending
            }
        }
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
