//! What is ready, by Linux's epoll: each socket is registered once, for both
//! directions, and reported when something new happens (edge-triggered).

use rustix::event::epoll::{self, CreateFlags, EventData, EventFlags as Flags};
use rustix::event::{EventfdFlags, Timespec, eventfd};
use rustix::{buffer::spare_capacity, fd::OwnedFd};
use socket2::Socket;
use std::{io, time::Duration};

/// No socket has this key.
const BELL: u64 = u64::MAX;

/// The system's side of a reactor.
#[derive(Debug)]
pub(crate) struct Poller {
    epoll: OwnedFd,
    bell: OwnedFd,
}

/// What a wait reported.
pub(crate) type Events = Vec<epoll::Event>;

impl Default for Poller {
    fn default() -> Self {
        let epoll = epoll::create(CreateFlags::CLOEXEC).expect("an open file");
        let bell = eventfd(0, EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK)
            .expect("an open file");
        let key = EventData::new_u64(BELL);
        epoll::add(&epoll, &bell, key, Flags::IN | Flags::ET)
            .expect("it can be watched");
        Self { epoll, bell }
    }
}

impl Poller {
    pub(crate) fn add(&self, socket: &Socket, key: usize) -> io::Result<()> {
        let flags = Flags::IN | Flags::OUT | Flags::RDHUP | Flags::ET;
        let key = EventData::new_u64(key as u64);
        Ok(epoll::add(&self.epoll, socket, key, flags)?)
    }

    /// Somebody waits: to read, to write. An edge needs no reminder.
    pub(crate) fn expect(&self, _: &Socket, _: usize, _: [bool; 2]) {}

    pub(crate) fn remove(&self, socket: &Socket) -> io::Result<()> {
        Ok(epoll::delete(&self.epoll, socket)?)
    }

    /// Waits until something is new, the bell rings, or the time is over. Gives
    /// keys, each with whether one can read, and write, and whether no more will
    /// come to be read, nor an event that says so.
    pub(crate) fn wait(
        &self,
        events: &mut Events,
        time: Option<Duration>,
    ) -> impl Iterator<Item = (usize, [bool; 3])> {
        events.clear();
        events.reserve(1024);
        let time = time.and_then(|it| Timespec::try_from(it).ok());
        // The one thing that can go wrong is that a signal came.
        let _ = epoll::wait(&self.epoll, spare_capacity(events), time.as_ref());
        events.iter().map(|event| {
            let flags = event.flags;
            let any = |of| flags.intersects(of);
            let broken = Flags::HUP | Flags::ERR;
            let ended = broken | Flags::RDHUP;
            let new =
                [any(ended | Flags::IN), any(broken | Flags::OUT), any(ended)];
            (event.data.u64() as usize, new)
        })
    }

    /// Ends the wait that is under way, or the next. It adds to a counter that
    /// nobody reads: each addition is an edge.
    pub(crate) fn ring(&self) {
        let _ = rustix::io::write(&self.bell, &1_u64.to_ne_bytes());
    }
}
