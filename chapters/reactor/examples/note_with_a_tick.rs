//! Each note has a number. Watch who hears of the bytes.
#[path = "../src/park.rs"]
mod park;

use park::block_on;
use rustix::buffer::spare_capacity;
use rustix::event::epoll::{self, CreateFlags, EventData, EventFlags};
use std::{
    future::poll_fn,
    io::{self, ErrorKind::WouldBlock, Read, Write},
    os::{fd::OwnedFd, unix::net::UnixStream},
    sync::Mutex,
    task::{Poll, Waker},
    thread,
    time::Duration,
};

// part: reactor
struct State {
    ready: bool,
    tick: u64,
    waker: Option<Waker>,
}

static STATE: Mutex<State> = Mutex::new(State {
    ready: false,
    tick: 0,
    waker: None,
});

/// Runs on a thread of its own: waits for events, and wakes who waits.
fn reactor(epoll: &OwnedFd) {
    let mut events = Vec::with_capacity(8);
    loop {
        events.clear();
        epoll::wait(epoll, spare_capacity(&mut events), None).unwrap();
        let mut state = STATE.lock().unwrap();
        state.ready = true;
        state.tick += 1;
        if let Some(waker) = state.waker.take() {
            waker.wake();
        }
    }
}

/// The machine has other things to do.
fn busy_machine() {
    thread::sleep(Duration::from_millis(200));
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
                Err(e) if e.kind() == WouldBlock => busy_machine(),
                done => return Poll::Ready(done),
            }
            let mut state = STATE.lock().unwrap();
            if state.tick == tick {
                state.ready = false; // no event since
            }
        }
    })
    .await
}
// end: reactor

// part: sides
fn guest(mut socket: UnixStream) -> io::Result<()> {
    for order in ["tea, please", "milk, please"] {
        thread::sleep(Duration::from_millis(100));
        println!("guest: {order}");
        socket.write_all(order.as_bytes())?;
        let n = socket.read(&mut [0; 64])?; // waits for the answer
        assert!(n > 0, "the kitchen has hung up");
    }
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
    let (ours, theirs) = UnixStream::pair()?;
    ours.set_nonblocking(true)?;
    let epoll = epoll::create(CreateFlags::CLOEXEC)?;
    let interest = EventFlags::IN | EventFlags::RDHUP | EventFlags::ET;
    epoll::add(&epoll, &ours, EventData::new_u64(0), interest)?;
    thread::spawn(move || reactor(&epoll));
    let guest = thread::spawn(|| guest(theirs));
    block_on(kitchen(&ours))?;
    guest.join().unwrap()
}
// end: sides
