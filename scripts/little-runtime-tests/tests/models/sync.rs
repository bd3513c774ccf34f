//! Loom's types in place of the standard library's, and a bell in place of the
//! system's.

pub(crate) use loom::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
pub(crate) use loom::sync::{Arc, Mutex};
use std::io;

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
