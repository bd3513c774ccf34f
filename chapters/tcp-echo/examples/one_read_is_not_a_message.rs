//! Three orders in four writes. Watch what each read brings.
use anyhow::{Context, Result};
use std::{net::SocketAddr, time::Duration};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::sleep;

#[timeline::lane("guest")]
async fn guest(kitchen: SocketAddr) -> Result<()> {
    let connecting = TcpStream::connect(kitchen).await;
    let mut socket = connecting.context("failed to connect")?;
    socket.set_nodelay(true)?; // send every write at once
    socket.write_all(b"tea with mi").await?;
    sleep(Duration::from_millis(300)).await;
    socket.write_all(b"lk\n").await?;
    sleep(Duration::from_millis(300)).await;
    socket.write_all(b"black tea\n").await?;
    socket.write_all(b"coffee\n").await?;
    Ok(())
}

#[timeline::lane("kitchen")]
async fn kitchen(listener: TcpListener) -> Result<()> {
    let (mut socket, _) = listener.accept().await?;
    let mut buffer = [0; 1024];
    loop {
        let n = socket.read(&mut buffer).await?;
        if n == 0 {
            return Ok(());
        }
        let order = str::from_utf8(&buffer[..n])?;
        println!("an order for {order:?}"); // Oops!
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    tokio::try_join!(kitchen(listener), guest(address))?;
    Ok(())
}
