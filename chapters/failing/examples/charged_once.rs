//! The reply to a payment is lost on the way. Watch the account.
use std::{collections::HashSet, io, net::SocketAddr, time::Duration};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::sleep;

/// Takes the number of an order, charges 30 for it, replies with what is left.
async fn bank(listener: TcpListener) -> io::Result<()> {
    let mut account = 100;
    let mut charged = HashSet::new();
    let mut is_first = true;
    loop {
        let (mut socket, _) = listener.accept().await?;
        let order = socket.read_u8().await?;
        if charged.insert(order) {
            account -= 30;
        }
        println!("bank: {account} left after order {order}");
        if !std::mem::take(&mut is_first) {
            socket.write_u8(account).await?;
        } // the first connection breaks before the reply
    }
}

#[timeline::lane("charge {order}")]
async fn charge(bank: SocketAddr, order: u8) -> io::Result<u8> {
    let mut socket = TcpStream::connect(bank).await?;
    socket.write_u8(order).await?;
    socket.read_u8().await
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    tokio::spawn(bank(listener));
    let left = loop {
        match charge(address, 1).await {
            Ok(left) => break left,
            Err(e) => println!("client: {:?}, so once more", e.kind()),
        }
        sleep(Duration::from_millis(100)).await;
    };
    println!("client: order 1 is paid, {left} left");
    Ok(())
}
