//! A client with three orders, a line each. Watch what the shop hears.
use anyhow::Result;
use futures::{SinkExt, StreamExt, TryStreamExt};
use std::net::SocketAddr;
use tokio::net::{TcpListener, TcpStream};
use tokio_util::codec::{Framed, LinesCodec};

/// Answers each line with a line.
#[timeline::lane("shop")]
async fn shop(listener: TcpListener) -> Result<()> {
    let (socket, _) = listener.accept().await?;
    let (answers, orders) = Framed::new(socket, LinesCodec::new()).split();
    let answer = |order| {
        println!("shop: {order}");
        format!("{order}, agreed")
    };
    orders.map_ok(answer).forward(answers).await?;
    Ok(())
}

#[timeline::lane("client")]
async fn client(shop: SocketAddr) -> Result<()> {
    let socket = TcpStream::connect(shop).await?;
    let mut wire = Framed::new(socket, LinesCodec::new());
    for n in 1..=3 {
        wire.feed(format!("order {n}")).await?;
        println!("client: order {n} is out");
    }
    for _ in 1..=3 {
        let answer = wire.next().await.expect("the shop is open")?;
        println!("client: {answer}");
    }
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    tokio::try_join!(shop(listener), client(address))?;
    Ok(())
}
