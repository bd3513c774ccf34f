//! The client waits for 300 ms and leaves. Watch what the server does then.
use std::{io, net::SocketAddr, time::Duration};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{sleep, timeout};

async fn work(order: u8) {
    for part in ["stock", "card", "parcel"] {
        sleep(Duration::from_millis(200)).await;
        println!("order {order}: {part} done");
    }
}

#[timeline::lane("request")]
async fn request(mut socket: TcpStream) -> io::Result<()> {
    let order = socket.read_u8().await?;
    tokio::select! {
        () = work(order) => {}
        _ = socket.read_u8() => {
            println!("order {order}: nobody waits for it");
            return Ok(());
        }
    }
    socket.write_all(b"thank you").await?;
    println!("order {order}: answered");
    Ok(())
}

#[timeline::lane("client")]
async fn client(server: SocketAddr) -> io::Result<()> {
    let mut socket = TcpStream::connect(server).await?;
    socket.write_u8(1).await?;
    let reply = timeout(Duration::from_millis(300), socket.read_u8());
    println!("client: a reply in time? {}", reply.await.is_ok());
    Ok(()) // the socket is dropped here
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let client = tokio::spawn(client(listener.local_addr()?));
    let (socket, _) = listener.accept().await?;
    request(socket).await?;
    client.await?
}
