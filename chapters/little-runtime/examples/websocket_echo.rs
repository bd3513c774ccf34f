//! A WebSocket library and a lock, on our runtime. Watch the count.
use async_lock::Mutex;
use async_tungstenite::tungstenite::{Error, Message};
use async_tungstenite::{accept_async, client_async};
use futures::StreamExt;
use little_runtime::{JoinSet, TcpListener, TcpStream, block_on, spawn};
use std::sync::Arc;

type Count = Arc<Mutex<usize>>;

async fn echo(stream: TcpStream, count: Count) -> Result<(), Error> {
    let mut socket = accept_async(stream).await?;
    while let Some(message) = socket.next().await {
        let Message::Text(words) = message? else {
            continue; // it is closing
        };
        let mut count = count.lock().await;
        *count += 1;
        let answer = format!("{words}: order {} today", *count);
        socket.send(Message::text(answer)).await?;
    }
    Ok(())
}

async fn serve(listener: TcpListener) -> Result<(), Error> {
    let count = Count::default();
    loop {
        let (stream, _) = listener.accept().await?;
        spawn(echo(stream, count.clone()));
    }
}

fn main() -> Result<(), Error> {
    block_on(async {
        let listener = TcpListener::bind(([127, 0, 0, 1], 0).into())?;
        let server = listener.local_addr()?;
        spawn(serve(listener));
        let mut guests = JoinSet::new();
        for n in 1..=3 {
            guests.spawn(async move {
                let stream = TcpStream::connect(server).await?;
                let url = format!("ws://{server}/tea");
                let (mut socket, _) = client_async(url, stream).await?;
                socket.send(Message::text(format!("guest {n}"))).await?;
                if let Some(answer) = socket.next().await {
                    println!("{}", answer?);
                }
                socket.close(None).await
            });
        }
        while let Some(guest) = guests.join_next().await {
            guest.unwrap()?;
        }
        Ok(())
    })
}
