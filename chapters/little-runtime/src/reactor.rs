//! Which socket is ready, and who waits for it.
//!
//! The reactor is a part of the loop, on the thread of the tasks. So nothing can
//! become ready between a vain attempt to read and the note that somebody waits,
//! and no wake can be lost there.
//!
//! The system's side of it is the crate `mio`: epoll on Linux, kqueue on macOS
//! and the BSDs, IOCP on Windows. Each socket is registered once, for both
//! directions, and reported when something new happens (edge-triggered).

use crate::room::give_back;
use mio::{Events, Interest, Token, event};
use slab::Slab;
use std::cell::{Cell, RefCell};
use std::io::{self, ErrorKind};
use std::task::{Context, Poll, Waker};
use std::{rc::Rc, time::Duration};

/// What an attempt comes to that may have to wait.
pub(crate) type Polled<T> = Poll<io::Result<T>>;

/// The sockets of one thread.
#[derive(Debug)]
pub(crate) struct Reactor {
    poller: RefCell<mio::Poll>,
    events: RefCell<Events>,
    watched: RefCell<Slab<[Rc<Direction>; 2]>>,
    /// How many attempts the task that is polled has left.
    left: Cell<u8>,
}

/// So many attempts a task has in each poll, as in Tokio.
const ATTEMPTS: u8 = 128;

// part: source
/// A socket that the reactor watches, as long as this lives.
#[derive(Debug)]
pub(crate) struct Source<S: event::Source> {
    pub(crate) socket: S,
    pub(crate) reads: Rc<Direction>,
    pub(crate) writes: Rc<Direction>,
    key: usize,
    reactor: Rc<Reactor>,
}

/// What is known of one direction, and who waits for it: the last who asked.
#[derive(Debug, Default)]
pub(crate) struct Direction {
    /// Whether an attempt is worth a system call.
    ready: Cell<bool>,
    /// There will be no more news of it.
    ended: Cell<bool>,
    waiting: RefCell<Option<Waker>>,
}
// end: source

impl Reactor {
    pub(crate) fn new() -> Self {
        Self {
            poller: RefCell::new(mio::Poll::new().expect("an open file")),
            events: RefCell::new(Events::with_capacity(1024)),
            watched: RefCell::default(),
            left: Cell::new(ATTEMPTS),
        }
    }

    /// To be called before each poll.
    pub(crate) fn new_turn(&self) {
        self.left.set(ATTEMPTS);
    }

    /// What ends a wait, from any thread.
    pub(crate) fn bell(&self) -> mio::Waker {
        // No socket has this key.
        let bell =
            mio::Waker::new(self.poller.borrow().registry(), Token(usize::MAX));
        bell.expect("an open file")
    }

    // part: wait
    /// Waits for news so long, or for ever.
    pub(crate) fn wait(&self, time: Option<Duration>) {
        let mut events = self.events.borrow_mut();
        events.clear();
        // Without a socket, there is nothing to ask that has no time to wait.
        if time != Some(Duration::ZERO) || !self.watched.borrow().is_empty() {
            // On Unix, the one thing that can go wrong is that a signal came.
            let _ = self.poller.borrow_mut().poll(&mut events, time);
        }
    }

    /// Wakes whoever can go on.
    pub(crate) fn wake_ready(&self) {
        for event in self.events.borrow().iter() {
            let found = self.watched.borrow().get(event.token().0).cloned();
            let Some([reads, writes]) = found else { continue }; // the bell
            let broken = event.is_error();
            reads.hear(event.is_readable(), broken || event.is_read_closed());
            writes.hear(event.is_writable(), broken || event.is_write_closed());
        }
    }
    // end: wait
}

// part: direction
impl Direction {
    /// News from the system.
    fn hear(&self, ready: bool, ended: bool) {
        if ready || ended {
            self.ready.set(true);
            self.ended.set(ended || self.ended.get());
            let waiting = self.waiting.take();
            if let Some(waker) = waiting {
                waker.wake();
            }
        }
    }

    /// An attempt moved `n` bytes. Had there been more, it would have moved
    /// `wanted`, so the next would be in vain. Not so at the end of the stream:
    /// that is there to be read for good, and if it was reported together with
    /// the last bytes, it is not reported again. And not so on Windows, where
    /// `mio` watches anew after an attempt in vain, and not before. (A stream
    /// with urgent data may stop at that. Nobody uses it.)
    pub(crate) fn moved(&self, n: usize, wanted: usize) {
        self.ready.set(n == wanted || self.ended.get() || cfg!(windows));
    }
}
// end: direction

impl<S: event::Source> Source<S> {
    /// The socket must not block.
    pub(crate) fn new(socket: S, reactor: Rc<Reactor>) -> io::Result<Self> {
        let [reads, writes] = <[Rc<Direction>; 2]>::default();
        let both = [Rc::clone(&reads), Rc::clone(&writes)];
        let key = reactor.watched.borrow_mut().insert(both);
        let mut this = Self { socket, reads, writes, key, reactor };
        let (poller, socket) = (this.reactor.poller.borrow(), &mut this.socket);
        let both = Interest::READABLE | Interest::WRITABLE;
        poller.registry().register(socket, Token(key), both)?;
        drop(poller);
        Ok(this)
    }

    // part: poll_io
    /// Makes the attempt, unless it is known to be in vain; waits if it is. Who has
    /// made many gives way, or a socket that always has news starved the others.
    pub(crate) fn poll_io<R>(
        &self,
        direction: &Direction,
        cx: &mut Context<'_>,
        attempt: impl FnOnce(&S) -> io::Result<R>,
    ) -> Polled<R> {
        if direction.ready.get() {
            let left = self.reactor.left.get();
            if left == 0 {
                cx.waker().wake_by_ref();
                return Poll::Pending;
            }
            self.reactor.left.set(left - 1);
            match attempt(&self.socket) {
                Err(e) if e.kind() == ErrorKind::WouldBlock => {}
                done => return Poll::Ready(done),
            }
        }
        direction.ready.set(false);
        let waker = cx.waker().clone();
        drop(direction.waiting.replace(Some(waker))); // no longer borrowed
        Poll::Pending
    }
    // end: poll_io
}

impl<S: event::Source> Drop for Source<S> {
    fn drop(&mut self) {
        let poller = self.reactor.poller.borrow();
        let _ = poller.registry().deregister(&mut self.socket);
        let mut watched = self.reactor.watched.borrow_mut();
        watched.remove(self.key);
        give_back(&mut watched);
    }
}
