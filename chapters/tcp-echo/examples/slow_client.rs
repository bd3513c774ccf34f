//! One client dawdles, a hundred do not. Watch who is done when.
use anyhow::{Context, Result, ensure};
use std::{net::SocketAddr, time::Duration};
use timeline::LaneExt;
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy};
use tokio::net::{TcpListener, TcpStream};
use tokio::{task::JoinSet, time::sleep};

async fn serve(listener: TcpListener) {
    while let Ok((mut socket, _)) = listener.accept().await {
        tokio::spawn(async move {
            let (mut from, mut to) = socket.split();
            copy(&mut from, &mut to).await // echo, ready-made
        });
    }
}

/// Sends `text` byte by byte, with a rest after each.
async fn client(server: SocketAddr, text: &str, rest: u64) -> Result<()> {
    let connecting = TcpStream::connect(server).await;
    let mut socket = connecting.context("failed to connect")?;
    for byte in text.bytes() {
        socket.write_u8(byte).await?;
        ensure!(socket.read_u8().await? == byte, "not what I said");
        sleep(Duration::from_millis(rest)).await;
    }
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let server = listener.local_addr()?;
    tokio::spawn(serve(listener));

    let slow = tokio::spawn(async move {
        client(server, "take it easy", 100).lane("slow").await?;
        println!("the slow client: done");
        anyhow::Ok(())
    });
    let mut quick = JoinSet::new();
    for name in ["quick 1", "quick 2", "quick 3"] {
        quick.spawn(client(server, "in a hurry", 1).lane(name));
    }
    for _ in 4..=100 {
        quick.spawn(client(server, "in a hurry", 1));
    }
    while let Some(done) = quick.join_next().await {
        done??;
    }
    println!("a hundred quick clients: done");
    slow.await?
}
