//! The same four writes, read as lines. Watch the orders.
use anyhow::{Context, Result};
use std::{net::SocketAddr, time::Duration};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
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
    let (socket, _) = listener.accept().await?;
    let mut lines = BufReader::new(socket).lines();
    while let Some(order) = lines.next_line().await? {
        println!("an order for {order:?}");
    }
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    tokio::try_join!(kitchen(listener), guest(address))?;
    Ok(())
}
