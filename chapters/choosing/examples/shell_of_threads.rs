//! The protocol over sockets, a thread a guest. Watch what the shell does.
use anyhow::{Result, ensure};
use choosing::{CONVERSATIONS, Table};
use std::io::{self, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::thread;

pub(crate) fn serve(mut socket: TcpStream) -> io::Result<()> {
    let mut table = Table::default();
    let mut buffer = [0; 1024];
    while !table.is_over() {
        let n = socket.read(&mut buffer)?;
        if n == 0 {
            break; // end of stream
        }
        let replies = table.receive(&buffer[..n]);
        socket.write_all(replies.as_bytes())?;
    }
    Ok(())
}

fn guest(server: SocketAddr, sent: &str) -> io::Result<String> {
    let mut socket = TcpStream::connect(server)?;
    socket.write_all(sent.as_bytes())?;
    socket.shutdown(Shutdown::Write)?;
    let mut heard = String::new();
    socket.read_to_string(&mut heard)?;
    Ok(heard)
}

fn main() -> Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let server = listener.local_addr()?;
    thread::spawn(move || {
        while let Ok((socket, _)) = listener.accept() {
            thread::spawn(|| serve(socket));
        }
    });
    for (sent, heard) in CONVERSATIONS {
        let got = guest(server, sent)?;
        ensure!(got == heard, "{sent:?} went otherwise: {got:?}");
        println!("{sent:?}: {heard:?}");
    }
    Ok(())
}
