//! Keeps all wakers that were ever left, also those of earlier polls.

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
    wakers: HashMap<usize, Vec<(Way, Waker)>>,
}

impl Waiting {
    /// Would block: wake me when this socket can be used in this way.
    pub fn wait(&mut self, key: usize, way: Way, waker: &Waker) {
        let list = self.wakers.entry(key).or_default();
        list.push((way, waker.clone()));
    }

    /// The operating system says that this socket can.
    pub fn event(&mut self, key: usize, can: &[Way]) {
        let list = self.wakers.entry(key).or_default();
        let (now, later) = std::mem::take(list)
            .into_iter()
            .partition(|(way, _)| can.contains(way));
        *list = later;
        let now: Vec<(Way, Waker)> = now;
        now.into_iter().for_each(|(_, waker)| waker.wake());
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
