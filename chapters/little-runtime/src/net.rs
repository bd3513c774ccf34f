//! Sockets whose methods wait without holding the thread.

use crate::reactor::Watched;
use futures::io::{AsyncRead, AsyncWrite};
use socket2::{Domain, SockAddr, Socket, Type};
use std::future::poll_fn;
use std::io::{self, ErrorKind, Read, Write};
use std::net::{Shutdown, SocketAddr};
use std::pin::Pin;
use std::task::{Context, Poll};

/// How many connections may wait to be accepted, if nothing else is said.
const BACKLOG: i32 = 1024;

/// A socket that does not listen yet, and is not connected.
#[derive(Debug)]
pub struct TcpSocket(Socket);

impl TcpSocket {
    /// For addresses of IPv4.
    pub fn new_v4() -> io::Result<Self> {
        Self::new(Domain::IPV4)
    }

    fn new(domain: Domain) -> io::Result<Self> {
        let socket = Socket::new(domain, Type::STREAM, None)?;
        socket.set_nonblocking(true)?;
        Ok(Self(socket))
    }

    /// Gives it an address of its own. Port 0 stands for any that is free.
    pub fn bind(&self, address: SocketAddr) -> io::Result<()> {
        // Not on Windows, where it means something else.
        self.0.set_reuse_address(cfg!(unix))?;
        self.0.bind(&address.into())
    }

    /// Listens. So many connections may wait to be accepted.
    pub fn listen(self, backlog: i32) -> io::Result<TcpListener> {
        self.0.listen(backlog)?;
        Ok(TcpListener(Watched::new(self.0, true)?))
    }
}

/// Accepts connections.
#[derive(Debug)]
pub struct TcpListener(Watched);

impl TcpListener {
    /// Listens at this address. Port 0 stands for any that is free.
    pub fn bind(address: SocketAddr) -> io::Result<Self> {
        let socket = TcpSocket::new(Domain::for_address(address))?;
        socket.bind(address)?;
        socket.listen(BACKLOG)
    }

    /// Where it listens.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.0.socket.local_addr().map(|it| tcp(&it))
    }

    /// The next connection, and who is at its other end. Several tasks may wait
    /// for one.
    pub async fn accept(&self) -> io::Result<(TcpStream, SocketAddr)> {
        let (reads, accept) = (&self.0.source.reads, |it: &Socket| it.accept());
        let accepted = poll_fn(|cx| self.0.poll_io(reads, cx, accept));
        let (socket, address) = accepted.await?;
        socket.set_nonblocking(true)?;
        Ok((TcpStream(Watched::new(socket, false)?), tcp(&address)))
    }
}

fn tcp(address: &SockAddr) -> SocketAddr {
    address.as_socket().expect("TCP has no other addresses")
}

/// A connection. To read and to write, `use` the traits `AsyncReadExt` and
/// `AsyncWriteExt` of the crate `futures`.
#[derive(Debug)]
pub struct TcpStream(Watched);

impl TcpStream {
    /// Connects to this address.
    pub async fn connect(address: SocketAddr) -> io::Result<Self> {
        let TcpSocket(socket) = TcpSocket::new(Domain::for_address(address))?;
        match socket.connect(&address.into()) {
            // EINPROGRESS, on macOS and on Linux
            Err(e) if matches!(e.raw_os_error(), Some(36 | 115)) => {}
            Err(e) if e.kind() == ErrorKind::WouldBlock => {}
            done => done?,
        }
        let watched = Watched::new(socket, false)?;
        let outcome = |it: &Socket| it.take_error()?.map_or(Ok(()), Err);
        let writes = &watched.source.writes;
        poll_fn(|cx| watched.poll_io(writes, cx, outcome)).await?;
        Ok(Self(watched))
    }

    /// Says that no more will come. One can read on.
    pub async fn shutdown(&mut self) -> io::Result<()> {
        self.0.socket.shutdown(Shutdown::Write)
    }
}

// part: read
impl AsyncRead for TcpStream {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        let reads = &self.0.source.reads;
        let read = |mut it: &Socket| it.read(buffer);
        let poll = self.0.poll_io(reads, cx, read);
        if let Poll::Ready(Ok(n)) = poll {
            reads.moved(n, buffer.len());
        }
        poll
    }
}
// end: read

impl AsyncWrite for TcpStream {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let writes = &self.0.source.writes;
        let write = |mut it: &Socket| it.write(bytes);
        let poll = self.0.poll_io(writes, cx, write);
        if let Poll::Ready(Ok(n)) = poll {
            writes.moved(n, bytes.len());
        }
        poll
    }

    fn poll_flush(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_close(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<io::Result<()>> {
        Poll::Ready(self.0.socket.shutdown(Shutdown::Write))
    }
}
