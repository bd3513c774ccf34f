//! How a task ended. The task says it, the handle hears it, on any thread.

use crate::sync::Mutex;
use std::task::{Poll, Waker};
use std::{any::Any, error, fmt};

/// What a task and its handle share.
#[derive(Debug)]
pub(crate) struct Outcome<T> {
    result: Option<Result<T, JoinError>>,
    /// Who waits for it.
    waker: Option<Waker>,
}

// part: outcome
impl<T> Outcome<T> {
    /// To be called once.
    pub(crate) fn settle(this: &Mutex<Self>, result: Result<T, JoinError>) {
        let mut outcome = this.lock().unwrap();
        outcome.result = Some(result);
        let waker = outcome.waker.take();
        drop(outcome);
        waker.into_iter().for_each(Waker::wake);
    }

    /// To look, and to say who waits, is one step.
    pub(crate) fn poll(
        this: &Mutex<Self>,
        waker: &Waker,
    ) -> Poll<Result<T, JoinError>> {
        let mut outcome = this.lock().unwrap();
        let old = outcome.waker.replace(waker.clone());
        let result = outcome.result.take();
        drop(outcome);
        drop(old); // which may do anything
        result.map_or(Poll::Pending, Poll::Ready)
    }
}
// end: outcome

impl<T> Default for Outcome<T> {
    fn default() -> Self {
        Self { result: None, waker: None }
    }
}

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
