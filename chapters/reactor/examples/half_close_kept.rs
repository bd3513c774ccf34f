//! The end of a stream is noted for good. Watch who hears of it.
#[path = "../src/park.rs"]
mod park;

use park::block_on;
use rustix::buffer::spare_capacity;
use rustix::event::epoll::{self, CreateFlags, EventData, EventFlags};
use std::{
    future::poll_fn,
    io::{self, ErrorKind::WouldBlock, Read, Write},
    net::Shutdown,
    os::{fd::OwnedFd, unix::net::UnixStream},
    sync::Mutex,
    task::{Poll, Waker},
    thread,
};

// part: reactor
struct State {
    ready: bool,
    tick: u64,
    ended: bool,
    waker: Option<Waker>,
}

static STATE: Mutex<State> = Mutex::new(State {
    ready: false,
    tick: 0,
    ended: false,
    waker: None,
});

/// Whether the other side has said that it has no more to say.
fn has_ended(flags: EventFlags) -> bool {
    flags.intersects(EventFlags::RDHUP | EventFlags::HUP)
}

/// Runs on a thread of its own: waits for events, and wakes who waits.
fn reactor(epoll: &OwnedFd) {
    let mut events = Vec::with_capacity(8);
    loop {
        events.clear();
        epoll::wait(epoll, spare_capacity(&mut events), None).unwrap();
        let mut state = STATE.lock().unwrap();
        state.ready = true;
        state.tick += 1;
        state.ended |= events.iter().any(|e| has_ended(e.flags));
        if let Some(waker) = state.waker.take() {
            waker.wake();
        }
    }
}

/// Takes the note back, unless there has been an event since.
fn clear(tick: u64) {
    let mut state = STATE.lock().unwrap();
    if state.tick == tick {
        state.ready = state.ended;
    }
}

async fn read(mut from: &UnixStream, into: &mut [u8]) -> io::Result<usize> {
    poll_fn(|cx| {
        loop {
            let mut state = STATE.lock().unwrap();
            if !state.ready {
                state.waker = Some(cx.waker().clone());
                return Poll::Pending;
            }
            let tick = state.tick;
            drop(state);
            match from.read(into) {
                Err(e) if e.kind() == WouldBlock => clear(tick),
                Ok(n) if n < into.len() => {
                    clear(tick); // nothing is left
                    return Poll::Ready(Ok(n));
                }
                done => return Poll::Ready(done),
            }
        }
    })
    .await
}
// end: reactor

// part: sides
fn guest(mut socket: UnixStream) -> io::Result<()> {
    let mut all = String::new();
    socket.read_to_string(&mut all)?; // to the end of the stream
    println!("guest: heard {all:?}, and the end");
    Ok(())
}

async fn kitchen(mut socket: &UnixStream) -> io::Result<()> {
    let mut buffer = [0; 64];
    loop {
        let n = read(socket, &mut buffer).await?;
        if n == 0 {
            println!("kitchen: no more orders");
            return Ok(());
        }
        let order = String::from_utf8_lossy(&buffer[..n]);
        println!("kitchen: heard {order:?}");
        socket.write_all(b"here you are")?; // there is room for that
    }
}

fn main() -> io::Result<()> {
    let (ours, mut theirs) = UnixStream::pair()?;
    ours.set_nonblocking(true)?;
    theirs.write_all(b"tea, please")?;
    theirs.shutdown(Shutdown::Write)?; // no more to say
    let epoll = epoll::create(CreateFlags::CLOEXEC)?;
    let interest = EventFlags::IN | EventFlags::RDHUP | EventFlags::ET;
    epoll::add(&epoll, &ours, EventData::new_u64(0), interest)?;
    thread::spawn(move || reactor(&epoll));
    let guest = thread::spawn(|| guest(theirs));
    block_on(kitchen(&ours))?;
    drop(ours);
    guest.join().unwrap()
}
// end: sides
