//! An order of 32 bytes, and a buffer of eight. How much of it is heard?

use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::mpsc;
use std::thread;

use mio::{Events, Interest, Poll, Token};

/// Passes on what comes, until the end of the stream. The socket does not
/// block, and `poll` has been told of it.
pub fn listen(
    stream: &mut impl Read,
    poll: &mut Poll,
    mut heard: impl FnMut(&[u8]),
) -> io::Result<()> {
    let mut events = Events::with_capacity(8);
    let mut buffer = [0; 8];
    loop {
        poll.poll(&mut events, None)?;
        for _event in &events {
            let n = stream.read(&mut buffer)?;
            if n == 0 {
                return Ok(()); // the end
            }
            heard(&buffer[..n]);
        }
    }
}

/// Two ends of a connection: a guest's, and one that `poll` watches.
pub fn connected(poll: &Poll) -> io::Result<(TcpStream, mio::net::TcpStream)> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let guest = TcpStream::connect(listener.local_addr()?)?;
    let (stream, _) = listener.accept()?;
    stream.set_nonblocking(true)?;
    let mut stream = mio::net::TcpStream::from_std(stream);
    poll.registry()
        .register(&mut stream, Token(0), Interest::READABLE)?;
    Ok((guest, stream))
}

fn main() -> io::Result<()> {
    let mut poll = Poll::new()?;
    let (mut guest, mut stream) = connected(&poll)?;
    let (all_heard, wait) = mpsc::channel();
    thread::spawn(move || {
        guest
            .write_all(b"two cups of tea, and milk please")
            .unwrap();
        let _ = wait.recv(); // until all of it was heard
        guest.shutdown(Shutdown::Write).unwrap();
    });
    let mut bytes = 0;
    timeline::span("kitchen", || {
        listen(&mut stream, &mut poll, |part| {
            println!("kitchen: heard {:?}", String::from_utf8_lossy(part));
            bytes += part.len();
            if bytes == 32 {
                all_heard.send(()).unwrap();
            }
        })
    })?;
    println!("kitchen: no more orders");
    Ok(())
}

#[cfg(test)]
#[path = "../../../chapters/reactor/exercises/edge_read_to_its_end/tests.rs"]
mod tests;
