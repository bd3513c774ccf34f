//! Three guests in a room. Watch who hears what.

use timeline::LaneExt;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt};
use tokio::io::{BufReader, DuplexStream, duplex, split};
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::{Duration, sleep, timeout};

/// Passes on what guests say, until the door is closed and all have left.
pub async fn room<W>(mut door: mpsc::Receiver<W>)
where
    W: AsyncRead + AsyncWrite + Send + 'static,
{
    let mut guests = JoinSet::new();
    let mut n = 0;
    while let Some(wire) = door.recv().await {
        n += 1;
        guests.spawn(guest(n, wire).lane(format!("guest {n}")));
    }
    while guests.join_next().await.is_some() {}
}

async fn guest<W>(n: u32, wire: W)
where
    W: AsyncRead + AsyncWrite,
{
    let (reader, mut writer) = split(wire);
    let mut lines = BufReader::new(reader).lines();
    while let Ok(Some(line)) = lines.next_line().await {
        let text = format!("{n}: {line}\n");
        if writer.write_all(text.as_bytes()).await.is_err() {
            return;
        }
    }
}

/// Says hello, listens for half a second, and leaves.
async fn client(name: &'static str, mut wire: DuplexStream) {
    let hello = format!("hello from {name}\n");
    wire.write_all(hello.as_bytes()).await.unwrap();
    let mut lines = BufReader::new(wire).lines();
    let listen = async {
        while let Ok(Some(line)) = lines.next_line().await {
            println!("{name} hears {line:?}");
        }
    };
    _ = timeout(Duration::from_millis(500), listen).await;
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let (door, comes) = mpsc::channel(1);
    let clients = async move {
        let mut clients = JoinSet::new();
        for name in ["Ada", "Grace", "Linus"] {
            let (ours, theirs) = duplex(256);
            door.send(theirs).await.unwrap();
            clients.spawn(client(name, ours).lane(name));
            sleep(Duration::from_millis(100)).await;
        }
        drop(door);
        clients.join_all().await;
    };
    tokio::join!(room(comes), clients);
    println!("main: the room is empty");
}

#[cfg(test)]
#[path = "../../../chapters/tcp-echo/exercises/chat_room/tests.rs"]
mod tests;
