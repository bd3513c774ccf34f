//! How a task ended. The task says it, the handle hears it, on any thread.

use crate::sync::{Arc, Mutex};
use crate::wake::Head;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::task::{Poll, Waker};
use std::{any::Any, error, fmt, mem};

// part: outcome
/// What a task and its handle share.
#[derive(Debug)]
pub(crate) struct Outcome<T> {
    pub(crate) head: Arc<Head>,
    state: Mutex<State<T>>,
}

#[derive(Debug)]
struct State<T> {
    result: Option<Result<T, JoinError>>,
    waiting: Option<Waker>,
}

impl<T> Outcome<T> {
    pub(crate) fn open(head: Arc<Head>) -> Self {
        let (result, waiting) = Default::default();
        Self { head, state: Mutex::new(State { result, waiting }) }
    }

    /// The first counts.
    pub(crate) fn settle(&self, result: Result<T, JoinError>) {
        let mut state = self.state.lock().unwrap();
        state.result.get_or_insert(result);
        let waiting = state.waiting.take();
        drop(state);
        if let Some(waker) = waiting {
            waker.wake();
        }
    }

    /// Says who waits, and looks once more: the result may have come meanwhile.
    /// The lock is not held while a waker is cloned or dropped, as that may be
    /// anybody's code.
    pub(crate) fn poll(&self, waker: &Waker) -> Poll<Result<T, JoinError>> {
        let look = |mut waiting: Option<Waker>| {
            let mut state = self.state.lock().unwrap();
            let result = state.result.take();
            if result.is_none() {
                mem::swap(&mut state.waiting, &mut waiting);
            }
            drop(state);
            result
        };
        let result = look(None).or_else(|| look(Some(waker.clone())));
        result.map_or(Poll::Pending, Poll::Ready)
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
