//! Three guests in a room. Watch who hears what.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use timeline::LaneExt;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt};
use tokio::io::{BufReader, DuplexStream, duplex, split};
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::{Duration, sleep, timeout};

const PATIENCE: Duration = Duration::from_secs(1);

/// Who is inside, by number, and where to put what they are to hear.
type Inside = Arc<Mutex<BTreeMap<u32, mpsc::Sender<String>>>>;

/// Passes on what guests say, until the door is closed and all have left.
pub async fn room<W>(mut door: mpsc::Receiver<W>)
where
    W: AsyncRead + AsyncWrite + Send + 'static,
{
    let inside = Inside::default();
    let mut guests = JoinSet::new();
    let mut n = 0;
    while let Some(wire) = door.recv().await {
        n += 1;
        let (queue, news) = mpsc::channel(16);
        inside.lock().unwrap().insert(n, queue);
        let guest = guest(n, wire, Arc::clone(&inside), news);
        guests.spawn(guest.lane(format!("guest {n}")));
    }
    while guests.join_next().await.is_some() {}
}

async fn guest<W>(
    n: u32,
    wire: W,
    inside: Inside,
    mut news: mpsc::Receiver<String>,
) where
    W: AsyncRead + AsyncWrite,
{
    let (reader, mut writer) = split(wire);
    let mut lines = BufReader::new(reader).lines();
    let listen = async {
        while let Ok(Some(line)) = lines.next_line().await {
            tell(&inside, n, &line);
        }
    };
    let pass_on = async {
        while let Some(text) = news.recv().await {
            let writing = writer.write_all(text.as_bytes());
            let Ok(Ok(())) = timeout(PATIENCE, writing).await else {
                return;
            };
        }
    };
    tokio::select! {
        () = listen => (),
        () = pass_on => (),
    }
    inside.lock().unwrap().remove(&n);
}

/// Tells all others, and keeps only those who have room for it.
fn tell(inside: &Inside, n: u32, line: &str) {
    let text = format!("{n}: {line}\n");
    inside
        .lock()
        .unwrap()
        .retain(|to, queue| *to == n || queue.try_send(text.clone()).is_ok());
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
