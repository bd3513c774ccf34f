//! Who was there first keeps the place.

use std::collections::HashMap;
use std::sync::Arc;
use std::task::{Wake, Waker};

/// What somebody waits for: bytes, or room for some.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Way {
    Read,
    Write,
}

/// Who waits for which socket. Each socket has a key.
#[derive(Default)]
pub struct Waiting {
    wakers: HashMap<(usize, Way), Waker>,
}

impl Waiting {
    /// Would block: wake me when this socket can be used in this way.
    pub fn wait(&mut self, key: usize, way: Way, waker: &Waker) {
        self.wakers.entry((key, way)).or_insert(waker.clone());
    }

    /// The operating system says that this socket can.
    pub fn event(&mut self, key: usize, can: &[Way]) {
        for &way in can {
            if let Some(waker) = self.wakers.remove(&(key, way)) {
                waker.wake();
            }
        }
    }
}

/// A task that only says when it is woken.
struct Says(&'static str);

impl Wake for Says {
    fn wake(self: Arc<Self>) {
        println!("{} can go on", self.0);
    }
}

fn main() {
    let mut waiting = Waiting::default();
    waiting.wait(1, Way::Read, &Arc::new(Says("the reader")).into());
    waiting.wait(1, Way::Write, &Arc::new(Says("the writer")).into());
    println!("event: there is room");
    waiting.event(1, &[Way::Write]);
    println!("event: there are bytes");
    waiting.event(1, &[Way::Read]);
}
