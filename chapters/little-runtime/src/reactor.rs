//! Who waits for which socket.
//!
//! The reactor is a part of the loop, on the thread of the tasks. So nothing can
//! become ready between a vain attempt to read and the note that somebody waits,
//! and no wake can be lost there.

use crate::poller::Events;
use crate::runtime;
use crate::wake::Queue;
use futures::task::AtomicWaker;
use slab::Slab;
use socket2::Socket;
use std::cell::{Cell, RefCell};
use std::io::{self, ErrorKind};
use std::rc::{Rc, Weak};
use std::task::{Context, Poll};
use std::{sync::Arc, time::Duration};

/// What an attempt comes to that may have to wait.
pub(crate) type Polled<T> = Poll<io::Result<T>>;

/// The sockets of one thread.
#[derive(Debug, Default)]
pub(crate) struct Reactor {
    /// Its bell is rung where one waits for sockets.
    pub(crate) queue: Arc<Queue>,
    sources: RefCell<Slab<Weak<Source>>>,
}

// part: source
/// A socket that the reactor watches, as long as this lives.
#[derive(Debug)]
pub(crate) struct Source {
    pub(crate) socket: Socket,
    pub(crate) reads: Direction,
    pub(crate) writes: Direction,
    key: usize,
    reactor: Rc<Reactor>,
}

/// What is known of one direction, and who waits for it: the last who asked.
#[derive(Debug, Default)]
pub(crate) struct Direction {
    /// Whether an attempt is worth a system call.
    ready: Cell<bool>,
    /// The other side will send no more.
    ended: Cell<bool>,
    waiting: AtomicWaker,
}
// end: source

impl Reactor {
    // part: wait
    /// Waits so long, or for ever, and wakes whoever can go on.
    pub(crate) fn wait(&self, events: &mut Events, time: Option<Duration>) {
        if time == Some(Duration::ZERO) && self.sources.borrow().is_empty() {
            return;
        }
        let news = self.queue.bell.wait(events, time);
        self.queue.awake();
        for (key, [readable, writable, ended]) in news {
            let source = self.sources.borrow().get(key).and_then(Weak::upgrade);
            let Some(source) = source else { continue }; // closed since
            source.reads.ended.set(ended || source.reads.ended.get());
            if readable {
                source.reads.wake();
            }
            if writable {
                source.writes.wake();
            }
            source.expect();
        }
    }
    // end: wait
}

impl Direction {
    // part: exhausted
    /// An attempt moved `n` bytes. Had there been more, it would have moved
    /// `wanted`, so the next would be in vain. Not so at the end of the stream:
    /// that is there to be read for good, and if it was reported together with
    /// the last bytes, it is not reported again.
    pub(crate) fn moved(&self, n: usize, wanted: usize) {
        self.ready.set(n == wanted || self.ended.get());
    }
    // end: exhausted

    fn wake(&self) {
        self.ready.set(true);
        self.waiting.wake();
    }
}

impl Source {
    /// The socket must not block.
    pub(crate) fn new(socket: Socket) -> io::Result<Rc<Self>> {
        let reactor = runtime::current(|it| Rc::clone(&it.reactor));
        let reactor = reactor.expect("a socket needs a block_on on its thread");
        let key = reactor.sources.borrow_mut().insert(Weak::new());
        let (reads, writes) = Default::default();
        let this = Rc::new(Self { socket, reads, writes, key, reactor });
        this.reactor.sources.borrow_mut()[key] = Rc::downgrade(&this);
        this.reactor.queue.bell.add(&this.socket, key)?;
        Ok(this)
    }

    // part: poll_io
    /// Makes the attempt, unless it is known to be in vain; waits if it is.
    pub(crate) fn poll_io<R>(
        &self,
        direction: &Direction,
        cx: &mut Context<'_>,
        attempt: impl FnOnce(&Socket) -> io::Result<R>,
    ) -> Polled<R> {
        if direction.ready.get() {
            match attempt(&self.socket) {
                Err(e) if e.kind() == ErrorKind::WouldBlock => {}
                done => return Poll::Ready(done),
            }
        }
        direction.ready.set(false);
        direction.waiting.register(cx.waker());
        self.expect();
        Poll::Pending
    }
    // end: poll_io

    /// Asks for news of what is not ready.
    fn expect(&self) {
        let news = [&self.reads, &self.writes].map(|it| !it.ready.get());
        self.reactor.queue.bell.expect(&self.socket, self.key, news);
    }
}

impl Drop for Source {
    fn drop(&mut self) {
        let _ = self.reactor.queue.bell.remove(&self.socket);
        self.reactor.sources.borrow_mut().remove(self.key);
    }
}
