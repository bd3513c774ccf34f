//! What is ready, by the `polling` crate: kqueue on macOS and the BSDs, IOCP on
//! Windows, and epoll where the feature `portable` asks for it.

use crate::reactor::News;
use polling::{Event, PollMode};
use socket2::Socket;
use std::{io, time::Duration};

/// The system's side of a reactor.
#[derive(Debug)]
pub(crate) struct Poller(polling::Poller, PollMode);

/// What a wait reported.
pub(crate) type Events = polling::Events;

impl Poller {
    pub(crate) fn new() -> io::Result<Self> {
        let poller = polling::Poller::new()?;
        let edge = poller.supports_edge();
        let mode = if edge { PollMode::Edge } else { PollMode::Oneshot };
        Ok(Self(poller, mode))
    }

    #[expect(unsafe_code, reason = "polling trusts us to remove each socket")]
    pub(crate) fn add(&self, socket: &Socket, key: usize) -> io::Result<()> {
        // SAFETY: a socket has to be removed before it is closed. It belongs to
        // a `Watched`, whose `drop` removes it, and which gives it to nobody.
        unsafe { self.0.add_with_mode(socket, Event::all(key), self.1) }
    }

    /// Somebody waits: to read, to write. Where there are no edges, one has to
    /// say so each time.
    pub(crate) fn expect(&self, socket: &Socket, key: usize, for_: [bool; 2]) {
        if self.1 == PollMode::Oneshot {
            let [read, write] = for_;
            let result = self.0.modify(socket, Event::new(key, read, write));
            result.expect("failed to watch a socket");
        }
    }

    pub(crate) fn remove(&self, socket: &Socket) -> io::Result<()> {
        self.0.delete(socket)
    }

    /// Waits until something is new, the bell rings, or the time is over.
    pub(crate) fn wait<'a>(
        &self,
        events: &'a mut Events,
        time: Option<Duration>,
    ) -> impl Iterator<Item = News> + use<'a> {
        events.clear();
        self.0.wait(events, time).expect("failed to wait for sockets");
        events.iter().map(|event| News {
            key: event.key,
            readable: event.readable,
            writable: event.writable,
            ended: true, // it does not say, so this may be the last event
        })
    }

    /// Ends the wait that is under way, or the next.
    pub(crate) fn ring(&self) {
        let _ = self.0.notify();
    }
}
