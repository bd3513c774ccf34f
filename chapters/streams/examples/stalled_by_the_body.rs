//! Three orders at once at a shop that is in a hurry. Watch 2 and 3.
use anyhow::Result;
use futures::{StreamExt, stream};
use std::{net::SocketAddr, time::Duration};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{sleep, timeout};

const TENTH: Duration = Duration::from_millis(100);

async fn shop(mut socket: TcpStream) -> Result<()> {
    let n = socket.read_u32().await?;
    sleep(TENTH * n).await;
    socket.write_u32(100 * n).await?; // its price
    match timeout(3 * TENTH, socket.read_u8()).await {
        Ok(yes) => socket.write_u8(yes?).await?, // agreed
        Err(_) => println!("shop: order {n} takes too long"),
    }
    Ok(())
}

#[timeline::lane("order {n}")]
async fn order(n: u32, shop: SocketAddr) -> Result<u32> {
    let mut socket = TcpStream::connect(shop).await?;
    socket.write_u32(n).await?;
    let price = socket.read_u32().await?;
    socket.write_u8(1).await?; // yes
    socket.read_u8().await?;
    Ok(price)
}

#[timeline::lane("save")]
async fn save(price: Result<u32>) {
    let Ok(price) = price else {
        return println!("main: an order has failed");
    };
    sleep(6 * TENTH).await;
    println!("main: saved at {price}");
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    tokio::spawn(async move {
        while let Ok((socket, _)) = listener.accept().await {
            tokio::spawn(shop(socket));
        }
    });
    let orders = stream::iter(1..=3).map(|n| order(n, address));
    let mut prices = orders.buffer_unordered(3);
    while let Some(price) = prices.next().await {
        save(price).await;
    }
    Ok(())
}
