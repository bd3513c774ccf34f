//! Sockets whose methods wait without holding the thread.

use crate::reactor::{Polled, Source};
use crate::runtime;
use futures::channel::oneshot;
use futures::io::{AsyncRead, AsyncWrite};
use mio::{event, net};
use socket2::{Domain, SockRef, Socket, Type};
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::io::{self, ErrorKind, Read, Write};
use std::net::{Shutdown, SocketAddr};
use std::task::{Context, Poll};
use std::{future::poll_fn, iter, pin::Pin, rc::Rc, time::Duration};

/// A socket that does not listen yet.
#[derive(Debug)]
pub struct TcpSocket {
    socket: Socket,
}

impl TcpSocket {
    /// For addresses of IPv4.
    pub fn new_v4() -> io::Result<Self> {
        Self::new(Domain::IPV4)
    }

    fn new(domain: Domain) -> io::Result<Self> {
        let socket = Socket::new(domain, Type::STREAM, None)?;
        socket.set_nonblocking(true)?;
        Ok(Self { socket })
    }

    /// Gives it an address of its own. Port 0 stands for any that is free.
    pub fn bind(&self, address: SocketAddr) -> io::Result<()> {
        // Not on Windows, where it means something else.
        self.socket.set_reuse_address(cfg!(unix))?;
        self.socket.bind(&address.into())
    }

    /// Listens. So many connections may wait to be accepted.
    ///
    /// # Panics
    /// If there is no `block_on` on this thread.
    pub fn listen(self, backlog: i32) -> io::Result<TcpListener> {
        self.socket.listen(backlog)?;
        let listener = net::TcpListener::from_std(self.socket.into());
        Ok(TcpListener { source: watch(listener)?, line: Rc::default() })
    }
}

/// Accepts connections.
#[derive(Debug)]
pub struct TcpListener {
    source: Source<net::TcpListener>,
    line: Rc<Line>,
}

// part: turn
/// Who waits for a turn at the listener, in the order in which they came.
#[derive(Debug, Default)]
struct Line {
    taken: Cell<bool>,
    waiting: RefCell<VecDeque<oneshot::Sender<Turn>>>,
}

/// One at a time has it. To drop it is to pass it on.
#[derive(Debug)]
struct Turn(Rc<Line>);

impl Line {
    async fn turn(this: &Rc<Self>) -> Turn {
        if !this.taken.replace(true) {
            return Turn(Rc::clone(this));
        }
        let (pass, passed) = oneshot::channel();
        this.add(pass);
        passed.await.expect("the line lives as long as the listener")
    }

    fn add(&self, pass: oneshot::Sender<Turn>) {
        let mut waiting = self.waiting.borrow_mut();
        waiting.retain(|it| !it.is_canceled()); // who has given up
        waiting.push_back(pass);
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let next = || self.0.waiting.borrow_mut().pop_front();
        let next = iter::from_fn(next).find(|it| !it.is_canceled());
        let next = next.map(|it| it.send(Turn(Rc::clone(&self.0))));
        self.0.taken.set(next.is_some());
    }
}
// end: turn

impl TcpListener {
    /// Listens at this address. Port 0 stands for any that is free. As many as
    /// 1024 connections may wait to be accepted.
    ///
    /// # Panics
    /// If there is no `block_on` on this thread.
    pub fn bind(address: SocketAddr) -> io::Result<Self> {
        let socket = TcpSocket::new(Domain::for_address(address))?;
        socket.bind(address)?;
        socket.listen(1024)
    }

    /// Where it listens.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.source.socket.local_addr()
    }

    // part: accept
    /// The next connection, and who is at its other end. Several tasks may wait
    /// for one: they get it in turns. After an error, wait a while before the next
    /// attempt: the same may still be in the way.
    pub async fn accept(&self) -> io::Result<(TcpStream, SocketAddr)> {
        let Self { source, line } = self;
        let _turn = Line::turn(line).await;
        let accept = net::TcpListener::accept;
        let accepted = poll_fn(|cx| source.poll_io(&source.reads, cx, accept));
        let (socket, address) = accepted.await?;
        Ok((TcpStream { source: watch(socket)? }, address))
    }
    // end: accept
}

/// A connection. To read and to write, `use` the traits `AsyncReadExt` and
/// `AsyncWriteExt` of the crate `futures`.
#[derive(Debug)]
pub struct TcpStream {
    source: Source<net::TcpStream>,
}

// part: watch
/// Has the reactor of this thread watch it.
fn watch<S: event::Source>(socket: S) -> io::Result<Source<S>> {
    let reactor = runtime::current(|it| Rc::clone(&it.reactor));
    Source::new(
        socket,
        reactor.expect("a socket needs a block_on on its thread"),
    )
}
// end: watch

impl TcpStream {
    // part: connect
    /// Connects to this address.
    ///
    /// # Panics
    /// If there is no `block_on` on this thread.
    pub async fn connect(address: SocketAddr) -> io::Result<Self> {
        let source = watch(net::TcpStream::connect(address)?)?;
        let outcome =
            |it: &net::TcpStream| it.take_error()?.map_or(Ok(()), Err);
        poll_fn(|cx| source.poll_io(&source.writes, cx, outcome)).await?;
        Ok(Self { source })
    }
    // end: connect

    /// Who is at the other end.
    pub fn peer_addr(&self) -> io::Result<SocketAddr> {
        self.source.socket.peer_addr()
    }

    /// Whether a small `write` is sent at once. If not, it may wait for more.
    pub fn set_nodelay(&self, at_once: bool) -> io::Result<()> {
        self.source.socket.set_nodelay(at_once)
    }

    /// To drop it will reset the connection: the other end sees an error.
    pub fn set_zero_linger(&self) -> io::Result<()> {
        let socket = SockRef::from(&self.source.socket);
        socket.set_linger(Some(Duration::ZERO))
    }

    /// Says that no more will come, as `close` does. One can read on.
    pub async fn shutdown(&mut self) -> io::Result<()> {
        self.end()
    }

    fn end(&self) -> io::Result<()> {
        match self.source.socket.shutdown(Shutdown::Write) {
            // It is over already, by us or by the other end.
            Err(e) if e.kind() == ErrorKind::NotConnected => Ok(()),
            done => done,
        }
    }
}

// part: read
impl AsyncRead for TcpStream {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut [u8],
    ) -> Polled<usize> {
        self.source.poll_io(&self.source.reads, cx, |mut socket| {
            let n = socket.read(buffer)?;
            self.source.reads.moved(n, buffer.len());
            Ok(n)
        })
    }
}
// end: read

impl AsyncWrite for TcpStream {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Polled<usize> {
        self.source.poll_io(&self.source.writes, cx, |mut socket| {
            let n = socket.write(bytes)?;
            self.source.writes.moved(n, bytes.len());
            Ok(n)
        })
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Polled<()> {
        Poll::Ready(Ok(()))
    }

    fn poll_close(self: Pin<&mut Self>, _: &mut Context<'_>) -> Polled<()> {
        Poll::Ready(self.end())
    }
}
