//! A client that sends and never reads. Watch the letters and the memory.
use anyhow::{Context, Result};
use std::{net::SocketAddr, time::Duration};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::{sync::mpsc, time::timeout};

/// Reads at one end and writes at the other, each as fast as it can.
#[timeline::lane("server")]
async fn echo(socket: TcpStream) -> Result<()> {
    let (mut from, mut to) = socket.into_split();
    let (sender, mut receiver) = mpsc::channel::<Vec<u8>>(16);
    let reader = async move {
        loop {
            let mut bytes = vec![0; 64 * 1024];
            let n = from.read(&mut bytes).await?;
            if n == 0 {
                return Ok(());
            }
            bytes.truncate(n);
            sender.send(bytes).await?;
        }
    };
    let writer = async move {
        while let Some(bytes) = receiver.recv().await {
            to.write_all(&bytes).await?;
        }
        anyhow::Ok(())
    };
    tokio::try_join!(reader, writer)?;
    Ok(())
}

/// Sends a thousand letters, and gives up when one takes a second.
#[timeline::lane("client")]
async fn client(server: SocketAddr) -> Result<()> {
    let connecting = TcpStream::connect(server).await;
    let mut socket = connecting.context("failed to connect")?;
    let letter = [b'x'; 64 * 1024];
    for n in 1..=1000 {
        let sending = socket.write_all(&letter);
        if timeout(Duration::from_secs(1), sending).await.is_err() {
            println!("client: letter {n} does not go out");
            return Ok(());
        }
    }
    println!("client: all 1000 letters have gone out");
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let client = tokio::spawn(client(address));
    let (socket, _) = listener.accept().await?;
    tokio::spawn(echo(socket));
    client.await?
}
