//! A client shuts down early. Watch who sees which end.
use anyhow::{Context, Result};
use std::{net::SocketAddr, time::Duration};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::sleep;

/// Echoes four bytes at a time, and is in no hurry.
#[timeline::lane("server")]
async fn server(listener: TcpListener) -> Result<()> {
    let (mut socket, _) = listener.accept().await?;
    let mut buffer = [0; 4];
    loop {
        let n = socket.read(&mut buffer).await?;
        if n == 0 {
            println!("server: end of stream, closing");
            return Ok(());
        }
        sleep(Duration::from_millis(200)).await;
        socket.write_all(&buffer[..n]).await?;
        println!("server: {n} bytes sent back");
    }
}

#[timeline::lane("client")]
async fn client(server: SocketAddr) -> Result<()> {
    let connecting = TcpStream::connect(server).await;
    let mut socket = connecting.context("failed to connect")?;
    socket.write_all(b"tea for two!").await?;
    socket.shutdown().await?;
    println!("client: no more to say");
    let mut back = String::new();
    socket.read_to_string(&mut back).await?;
    println!("client: heard {back:?}, and the end");
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    tokio::try_join!(server(listener), client(address))?;
    Ok(())
}
