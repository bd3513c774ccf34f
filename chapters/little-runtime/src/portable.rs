//! What is ready, by the `polling` crate: kqueue on macOS and the BSDs, IOCP on
//! Windows, and epoll where the feature `portable` asks for it. A socket is
//! reported once, and then one has to say again what one waits for.

use polling::Event;
pub(crate) use polling::Events;
use socket2::Socket;
use std::{io, time::Duration};

/// The system's side of a reactor.
#[derive(Debug)]
pub(crate) struct Poller(polling::Poller);

impl Default for Poller {
    fn default() -> Self {
        Self(polling::Poller::new().expect("failed to make a poller"))
    }
}

impl Poller {
    #[expect(unsafe_code, reason = "polling trusts us to remove each socket")]
    pub(crate) fn add(&self, socket: &Socket, key: usize) -> io::Result<()> {
        // SAFETY: a socket has to be removed before it is closed. It belongs to
        // a `Source`, whose `drop` removes it, and which gives it to nobody.
        unsafe { self.0.add(socket, Event::all(key)) }
    }

    /// Somebody waits: to read, to write.
    pub(crate) fn expect(&self, socket: &Socket, key: usize, for_: [bool; 2]) {
        let [read, write] = for_;
        let result = self.0.modify(socket, Event::new(key, read, write));
        result.expect("failed to watch a socket");
    }

    pub(crate) fn remove(&self, socket: &Socket) -> io::Result<()> {
        self.0.delete(socket)
    }

    /// Waits until something is new, the bell rings, or the time is over. Gives
    /// keys, each with whether one can read, and write. As one asks for each
    /// event, there will always be another that says so.
    pub(crate) fn wait(
        &self,
        events: &mut Events,
        time: Option<Duration>,
    ) -> impl Iterator<Item = (usize, [bool; 3])> {
        events.clear();
        self.0.wait(events, time).expect("failed to wait for sockets");
        events.iter().map(|it| (it.key, [it.readable, it.writable, false]))
    }

    /// Ends the wait that is under way, or the next.
    pub(crate) fn ring(&self) {
        let _ = self.0.notify();
    }
}
