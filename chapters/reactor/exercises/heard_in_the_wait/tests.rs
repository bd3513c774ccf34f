//! What `block_on` must do: hear sockets and wakes alike, and wait where there
//! is neither.

use std::cell::Cell;
use std::future::poll_fn;
use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::mpsc;
use std::task::Poll;
use std::thread;
use std::time::Duration;

use mio::{Interest, Token};
use timeline::LaneExt;

use super::{Bell, block_on};

/// Is ready when the bell has rung. Says after each poll that it has asked.
async fn door(bell: Arc<Bell>, asked: mpsc::Sender<()>) {
    let mut rung = Box::pin(async move { bell.rung().await });
    let wait = poll_fn(|cx| {
        let answer = rung.as_mut().poll(cx);
        let _ = asked.send(());
        answer
    });
    wait.lane("who waits at the door").await;
}

#[exercise::test]
fn what_is_ready_needs_no_wait() -> io::Result<()> {
    let (cup, waits) = block_on(mio::Poll::new()?, async { "milk" })?;
    assert_eq!((cup, waits), ("milk", 0), "what it gave, and its waits");
    Ok(())
}

#[exercise::test]
fn a_wake_from_another_thread_ends_the_wait() -> io::Result<()> {
    let bell = Arc::new(Bell::default());
    let of_guest = Arc::clone(&bell);
    let (send, asked) = mpsc::channel();
    thread::spawn(move || {
        asked.recv().unwrap();
        thread::sleep(Duration::from_millis(50)); // it waits by now
        of_guest.ring();
    });
    block_on(mio::Poll::new()?, door(bell, send))?;
    Ok(())
}

#[exercise::test]
fn a_wake_that_comes_before_the_wait_is_heard() -> io::Result<()> {
    let bell = Arc::new(Bell::default());
    let mut first = true;
    let of_guest = Arc::clone(&bell);
    let mut rung = Box::pin(async move { bell.rung().await });
    let wait = poll_fn(|cx| {
        let answer = rung.as_mut().poll(cx);
        if std::mem::take(&mut first) {
            let guest = Arc::clone(&of_guest);
            let rings = thread::spawn(move || guest.ring());
            rings.join().unwrap(); // it has rung, and the poll goes on
        }
        answer
    });
    block_on(mio::Poll::new()?, wait.lane("who waits at the door"))?;
    Ok(())
}

#[exercise::test]
fn a_socket_ends_the_wait_as_before() -> io::Result<()> {
    let sockets = mio::Poll::new()?;
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let mut guest = TcpStream::connect(listener.local_addr()?)?;
    let (stream, _) = listener.accept()?;
    stream.set_nonblocking(true)?;
    let mut stream = mio::net::TcpStream::from_std(stream);
    sockets
        .registry()
        .register(&mut stream, Token(7), Interest::READABLE)?;
    let (send, asked) = mpsc::channel();
    thread::spawn(move || {
        asked.recv().unwrap();
        guest.write_all(b"tea").unwrap();
        asked.iter().for_each(drop);
    });
    let mut order = [0; 8];
    let read = poll_fn(|_| {
        let read = stream.read(&mut order);
        let _ = send.send(());
        match read {
            Err(e) if e.kind() == io::ErrorKind::WouldBlock => Poll::Pending,
            read => Poll::Ready(read),
        }
    });
    let (read, _) = block_on(sockets, read.lane("who reads"))?;
    assert_eq!(read?, 3, "bytes of the order that were read");
    Ok(())
}

#[exercise::test]
fn it_waits_as_long_as_nothing_happens() -> io::Result<()> {
    let bell = Arc::new(Bell::default());
    let of_guest = Arc::clone(&bell);
    let (send, asked) = mpsc::channel();
    thread::spawn(move || {
        asked.recv().unwrap();
        thread::sleep(Duration::from_millis(200));
        of_guest.ring();
    });
    let polls = Cell::new(0);
    let mut wait = Box::pin(door(bell, send));
    let counted = poll_fn(|cx| {
        polls.set(polls.get() + 1);
        wait.as_mut().poll(cx)
    });
    let (_, waits) = block_on(mio::Poll::new()?, counted)?;
    let polls = polls.get();
    assert!(polls <= 3, "{polls} polls, where one wake came");
    assert!(waits <= 4, "{waits} waits, where one wake came");
    Ok(())
}
