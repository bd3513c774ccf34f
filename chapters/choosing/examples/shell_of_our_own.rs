//! The protocol over sockets, on our own runtime. Watch what the shell does.
use anyhow::{Result, ensure};
use choosing::{CONVERSATIONS, Table};
use futures::io::{AsyncReadExt, AsyncWriteExt};
use little_runtime::{self as tokio, TcpListener, TcpStream, block_on};
use std::{io, net::SocketAddr};

pub(crate) async fn serve(mut socket: TcpStream) -> io::Result<()> {
    let mut table = Table::default();
    let mut buffer = [0; 1024];
    while !table.is_over() {
        let n = socket.read(&mut buffer).await?;
        if n == 0 {
            break; // end of stream
        }
        let replies = table.receive(&buffer[..n]);
        socket.write_all(replies.as_bytes()).await?;
    }
    Ok(())
}

async fn guest(server: SocketAddr, sent: &str) -> io::Result<String> {
    let mut socket = TcpStream::connect(server).await?;
    socket.write_all(sent.as_bytes()).await?;
    socket.shutdown().await?;
    let mut heard = String::new();
    socket.read_to_string(&mut heard).await?;
    Ok(heard)
}

fn main() -> Result<()> {
    block_on(converse())
}

async fn converse() -> Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0".parse()?)?;
    let server = listener.local_addr()?;
    tokio::spawn(async move {
        while let Ok((socket, _)) = listener.accept().await {
            tokio::spawn(serve(socket));
        }
    });
    for (sent, heard) in CONVERSATIONS {
        let got = guest(server, sent).await?;
        ensure!(got == heard, "{sent:?} went otherwise: {got:?}");
        println!("{sent:?}: {heard:?}");
    }
    Ok(())
}
