//! Loom's types in place of the standard library's, and a bell in place of the
//! system's.

pub(crate) use loom::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
pub(crate) use loom::sync::{Arc, Mutex};
use std::io;
use std::task::Waker;

/// To ring ends the wait that is under way or the next, as with an eventfd. And
/// a wait may end without that, as a wait for sockets does.
#[derive(Debug, Default)]
pub(crate) struct Bell(loom::sync::Notify);

impl Bell {
    pub(crate) fn wake(&self) -> io::Result<()> {
        self.0.notify();
        Ok(())
    }

    pub(crate) fn wait(&self) {
        self.0.wait();
    }
}

/// In place of that of `futures`: whoever registered last is woken, once.
#[derive(Debug)]
pub(crate) struct AtomicWaker(Mutex<Option<Waker>>);

impl AtomicWaker {
    pub(crate) fn new() -> Self {
        Self(Mutex::new(None))
    }

    pub(crate) fn register(&self, waker: &Waker) {
        *self.0.lock().unwrap() = Some(waker.clone());
    }

    pub(crate) fn wake(&self) {
        let waker = self.0.lock().unwrap().take();
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}
