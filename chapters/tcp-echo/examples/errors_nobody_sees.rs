//! One of three clients leaves without a goodbye. Watch what the server says.
use std::{io, net::SocketAddr, time::Duration};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::sleep;

async fn echo(mut socket: TcpStream) -> io::Result<()> {
    let mut buffer = [0; 1024];
    loop {
        let n = socket.read(&mut buffer).await?;
        if n == 0 {
            return Ok(()); // end of stream
        }
        socket.write_all(&buffer[..n]).await?;
    }
}

async fn serve(listener: TcpListener) -> io::Result<()> {
    loop {
        let (socket, _) = listener.accept().await?;
        tokio::spawn(echo(socket));
    }
}

async fn client(n: u32, server: SocketAddr) -> io::Result<()> {
    let mut socket = TcpStream::connect(server).await?;
    socket.write_all(b"tea").await?;
    socket.read_exact(&mut [0; 3]).await?;
    if n == 2 {
        socket.set_zero_linger()?; // a reset in place of a goodbye
    }
    println!("client {n}: leaves");
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let server = listener.local_addr()?;
    tokio::spawn(serve(listener));
    for n in 1..=3 {
        client(n, server).await?;
        sleep(Duration::from_millis(100)).await;
    }
    println!("main: done");
    Ok(())
}
