//! The same ten clients, and `serve` spawns nothing. Watch who waits.
use anyhow::{Context, Result, ensure};
use std::{io, net::SocketAddr, time::Duration};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::{task::JoinSet, time::sleep};

const CLIENTS: usize = 10;

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
        echo(socket).await?;
    }
}

/// Five rounds of a KiB, with a rest after each: half a second in all.
#[timeline::lane("client {n}")]
async fn client(n: usize, server: SocketAddr) -> Result<()> {
    let connecting = TcpStream::connect(server).await;
    let mut socket = connecting.context("failed to connect")?;
    for round in 1..=5 {
        let sent = format!("client {n}, round {round}; ").repeat(50);
        socket.write_all(sent.as_bytes()).await?;
        let mut back = vec![0; sent.len()];
        socket.read_exact(&mut back).await?;
        ensure!(back == sent.as_bytes(), "client {n}: these are not mine");
        sleep(Duration::from_millis(100)).await;
    }
    Ok(()) // the socket is dropped: no more to say
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let server = listener.local_addr()?;
    tokio::spawn(serve(listener));

    let mut clients = JoinSet::new();
    for n in 1..=CLIENTS {
        clients.spawn(client(n, server));
    }
    while let Some(done) = clients.join_next().await {
        done??;
    }
    println!("{CLIENTS} clients, every byte came back");
    Ok(())
}
