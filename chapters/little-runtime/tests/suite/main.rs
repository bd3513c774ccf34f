//! What the little runtime promises, seen from outside.

mod combinators;
mod net;
mod schedule;
mod tasks;
mod timers;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::{cell::Cell, rc::Rc, sync::Arc};

/// Counts how many of it are dropped.
#[derive(Debug, Clone, Default)]
struct Drops(Rc<Cell<usize>>);

impl Drops {
    fn guard(&self) -> Guard {
        Guard(self.clone())
    }

    fn seen(&self) -> usize {
        self.0.get()
    }
}

struct Guard(Drops);

impl Drop for Guard {
    fn drop(&mut self) {
        self.0.0.set(self.0.seen() + 1);
    }
}

/// Counts how often it is woken.
#[derive(Debug, Default)]
struct Wakes(AtomicUsize);

impl Wakes {
    fn seen(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }
}

impl std::task::Wake for Wakes {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}
