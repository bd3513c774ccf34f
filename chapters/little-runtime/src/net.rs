//! Sockets whose methods wait without holding the thread.

use crate::reactor::{Polled, Source};
use crate::runtime;
use futures::io::{AsyncRead, AsyncWrite};
use futures::lock::Mutex;
use mio::{event, net};
use socket2::{Domain, Socket, Type};
use std::io::{self, ErrorKind, Read, Write};
use std::net::{Shutdown, SocketAddr};
use std::task::{Context, Poll};
use std::{future::poll_fn, pin::Pin, rc::Rc};

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
        Ok(TcpListener { source: watch(listener)?, turn: Mutex::new(()) })
    }
}

/// Accepts connections.
#[derive(Debug)]
pub struct TcpListener {
    source: Source<net::TcpListener>,
    /// Whose turn it is to wait.
    turn: Mutex<()>,
}

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
    /// for one; which of them gets it is left open. After an error, wait a while
    /// before the next attempt: the same may still be in the way.
    pub async fn accept(&self) -> io::Result<(TcpStream, SocketAddr)> {
        let Self { source, turn } = self;
        let _turn = turn.lock().await; // one at a time waits for the socket
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
