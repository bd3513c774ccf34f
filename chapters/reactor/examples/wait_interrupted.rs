//! Five teas, and a signal while their kettles are on. Watch the end.
#[path = "../src/executor.rs"]
mod executor;

use executor::{block_on, spawn};
use nix::sys::signal::{SigHandler, Signal, signal};
use rustix::event::{PollFd, PollFlags, poll};
use std::{
    future::poll_fn,
    io::{self, ErrorKind::WouldBlock, Read, Write},
    mem,
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{Arc, Mutex},
    task::{Poll, Waker},
    thread,
    time::Duration,
};

/// A socket that has nothing to read yet, and who is to be woken then.
struct Waiting {
    socket: Arc<TcpStream>,
    waker: Waker,
}

static WAITING: Mutex<Vec<Waiting>> = Mutex::new(Vec::new());

/// Sleeps until a socket has something, and wakes who waits for it.
fn wait_for_sockets() {
    let waiting = mem::take(&mut *WAITING.lock().unwrap());
    let entry = |it| PollFd::new(it, PollFlags::IN);
    let sockets = waiting.iter().map(|it| &it.socket);
    let mut list: Vec<_> = sockets.map(entry).collect();
    poll(&mut list, None).expect("no signal comes in between");
    let answers: Vec<_> = list.iter().map(PollFd::revents).collect();
    for (it, answer) in waiting.into_iter().zip(answers) {
        if answer.is_empty() {
            WAITING.lock().unwrap().push(it);
        } else {
            it.waker.wake();
        }
    }
}

/// Reads what is there. If nothing is, asks to be woken when there is.
async fn read(from: &Arc<TcpStream>, into: &mut [u8]) -> io::Result<usize> {
    poll_fn(|cx| match (&**from).read(into) {
        Err(e) if e.kind() == WouldBlock => {
            let (socket, waker) = (from.clone(), cx.waker().clone());
            WAITING.lock().unwrap().push(Waiting { socket, waker });
            Poll::Pending
        }
        done => Poll::Ready(done),
    })
    .await
}

// part: tea
/// The other side, with threads of its own: an order takes a second.
fn kitchen(listener: &TcpListener) {
    for socket in listener.incoming() {
        let mut socket = socket.expect("a guest has connected");
        thread::spawn(move || {
            let heard = socket.read(&mut [0; 64]);
            heard.expect("a guest orders");
            thread::sleep(Duration::from_secs(1));
            socket.write_all(b"hot water").expect("a guest waits");
        });
    }
}

#[timeline::lane("tea {n}")]
async fn tea(n: u32, kitchen: SocketAddr) {
    let mut socket = TcpStream::connect(kitchen).expect("it is open");
    println!("tea {n}: kettle on");
    socket.write_all(b"tea").expect("an order is short");
    socket.set_nonblocking(true).expect("a socket can do that");
    let heard = read(&Arc::new(socket), &mut [0; 64]).await;
    heard.expect("the kitchen answers");
    println!("tea {n}: poured");
}

/// Runs when the signal comes. Without it, the signal would end the process.
extern "C" fn do_nothing(_signal: i32) {}

#[expect(unsafe_code, reason = "a handler may run between any two steps")]
fn main() {
    let handler = SigHandler::Handler(do_nothing);
    // SAFETY: the handler does nothing, so it can interrupt anything.
    unsafe { signal(Signal::SIGHUP, handler) }.expect("HUP can be handled");
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("it is bound");
    thread::spawn(move || kitchen(&listener));
    let guests = async move {
        for n in 1..=5 {
            spawn(tea(n, address));
        }
    };
    block_on(guests, wait_for_sockets);
}
// end: tea
