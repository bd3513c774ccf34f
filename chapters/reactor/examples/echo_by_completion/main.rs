//! A server that hands each read and write to io_uring. Watch the calls.

mod calls;

use compio::BufResult;
use compio::io::{AsyncRead, AsyncWriteExt};
use compio::net::{TcpListener, TcpStream};
use compio::runtime::{Runtime, spawn};
use std::{env, io};

/// `read` takes the buffer, and gives it back when it is done.
async fn echo(mut stream: TcpStream) -> io::Result<()> {
    let mut buffer = Vec::with_capacity(64);
    loop {
        let BufResult(read, filled) = stream.read(buffer).await;
        if read? == 0 {
            return Ok(());
        }
        let BufResult(written, sent) = stream.write_all(filled).await;
        written?;
        buffer = sent;
        buffer.clear();
    }
}

async fn serve() -> io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("{}", listener.local_addr()?);
    loop {
        let (stream, _) = listener.accept().await?;
        spawn(echo(stream)).detach();
    }
}

fn main() -> io::Result<()> {
    if env::args().any(|word| word == "serve") {
        return Runtime::new()?.block_on(serve());
    }
    for clients in [1, 10, 100] {
        let each = calls::for_an_echo(clients)?;
        println!("{clients} at once: {each:.2} calls an echo");
    }
    Ok(())
}
