//! Who waits for which socket.
//!
//! The reactor is a part of the loop, on the thread of the tasks. So nothing can
//! become ready between a vain attempt to read and the note that somebody waits,
//! and no wake can be lost there.

use crate::poller::{Events, Poller};
use crate::runtime;
use slab::Slab;
use socket2::Socket;
use std::cell::{Cell, RefCell};
use std::io::{self, ErrorKind};
use std::task::{Context, Poll, Waker};
use std::{mem, rc::Rc, sync::Arc, time::Duration};

/// The sockets of one thread.
#[derive(Debug)]
pub(crate) struct Reactor {
    pub(crate) poller: Arc<Poller>,
    sources: RefCell<Slab<Rc<Source>>>,
}

/// What is new with the socket of this key.
pub(crate) struct News {
    pub(crate) key: usize,
    pub(crate) readable: bool,
    pub(crate) writable: bool,
    /// There will be no more to read, and no more events that say so.
    pub(crate) ended: bool,
}

// part: source
/// What is known of a socket, and who waits for it.
#[derive(Debug, Default)]
pub(crate) struct Source {
    pub(crate) reads: Direction,
    pub(crate) writes: Direction,
}

#[derive(Debug, Default)]
pub(crate) struct Direction {
    /// Whether an attempt is worth a system call.
    ready: Cell<bool>,
    /// The other side will send no more.
    ended: Cell<bool>,
    waiting: RefCell<Vec<Waker>>,
}
// end: source

impl Direction {
    /// Of a stream, only the last who waited waits: it has one user at a time.
    fn wait(&self, waker: &Waker, shared: bool) {
        let mut waiting = self.waiting.borrow_mut();
        if !waiting.iter().any(|it| it.will_wake(waker)) {
            let old = if shared { None } else { waiting.pop() };
            waiting.push(waker.clone());
            drop(waiting);
            drop(old); // which may do anything
        }
    }

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
        let waiting = mem::take(&mut *self.waiting.borrow_mut());
        waiting.into_iter().for_each(Waker::wake);
    }
}

impl Reactor {
    pub(crate) fn new() -> io::Result<Self> {
        let poller = Arc::new(Poller::new()?);
        Ok(Self { poller, sources: RefCell::default() })
    }

    // part: wait
    /// Waits so long, or for ever, and wakes whoever can go on.
    pub(crate) fn wait(&self, events: &mut Events, time: Option<Duration>) {
        if time == Some(Duration::ZERO) && self.sources.borrow().is_empty() {
            return;
        }
        for it in self.poller.wait(events, time) {
            let source = self.sources.borrow().get(it.key).cloned();
            let Some(source) = source else { continue }; // closed since
            source.reads.ended.set(it.ended || source.reads.ended.get());
            if it.readable {
                source.reads.wake();
            }
            if it.writable {
                source.writes.wake();
            }
        }
    }
    // end: wait
}

/// A socket that the reactor watches, as long as this lives.
#[derive(Debug)]
pub(crate) struct Watched {
    pub(crate) socket: Socket,
    pub(crate) source: Rc<Source>,
    key: usize,
    reactor: Rc<Reactor>,
    /// Whether several may wait for the same.
    shared: bool,
}

impl Watched {
    /// The socket must not block.
    pub(crate) fn new(socket: Socket, shared: bool) -> io::Result<Self> {
        let reactor = runtime::current(|it| Rc::clone(&it.reactor));
        let reactor = reactor.expect("a socket needs a block_on on its thread");
        let source = Rc::new(Source::default());
        let key = reactor.sources.borrow_mut().insert(Rc::clone(&source));
        let this = Self { socket, source, key, reactor, shared };
        this.reactor.poller.add(&this.socket, key)?;
        Ok(this)
    }

    // part: poll_io
    /// Makes the attempt, unless it is known to be in vain; waits if it is.
    pub(crate) fn poll_io<R>(
        &self,
        direction: &Direction,
        cx: &mut Context<'_>,
        mut attempt: impl FnMut(&Socket) -> io::Result<R>,
    ) -> Poll<io::Result<R>> {
        while direction.ready.get() {
            match attempt(&self.socket) {
                Err(e) if e.kind() == ErrorKind::WouldBlock => {
                    direction.ready.set(false);
                }
                Err(e) if e.kind() == ErrorKind::Interrupted => {}
                done => return Poll::Ready(done),
            }
        }
        direction.wait(cx.waker(), self.shared);
        let Source { reads, writes, .. } = &*self.source;
        let expected =
            [reads, writes].map(|it| !it.waiting.borrow().is_empty());
        self.reactor.poller.expect(&self.socket, self.key, expected);
        Poll::Pending
    }
    // end: poll_io
}

impl Drop for Watched {
    fn drop(&mut self) {
        // An error says that it was not even added.
        let _ = self.reactor.poller.remove(&self.socket);
        self.reactor.sources.borrow_mut().remove(self.key);
    }
}
