//! Five teas from sockets that do not block. Watch the polls, and the CPU.
#[path = "../src/executor.rs"]
mod executor;

use executor::{block_on, spawn};
use std::{
    future::poll_fn,
    io::{self, ErrorKind::WouldBlock, Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    task::Poll,
    thread,
    time::Duration,
};

/// Reads what is there. If nothing is, asks to be polled again.
async fn read(mut from: &TcpStream, into: &mut [u8]) -> io::Result<usize> {
    poll_fn(|cx| match from.read(into) {
        Err(e) if e.kind() == WouldBlock => {
            cx.waker().wake_by_ref();
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
    let heard = read(&socket, &mut [0; 64]).await;
    heard.expect("the kitchen answers");
    println!("tea {n}: poured");
}

fn main() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("it is bound");
    thread::spawn(move || kitchen(&listener));
    let guests = async move {
        for n in 1..=5 {
            spawn(tea(n, address));
        }
    };
    block_on(guests, || {});
}
// end: tea
