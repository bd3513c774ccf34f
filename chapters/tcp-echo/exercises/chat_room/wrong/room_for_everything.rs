//! Has room for everything that a guest does not read.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt};
use tokio::io::{BufReader, split};
use tokio::sync::mpsc;
use tokio::task::JoinSet;

/// Who is inside, by number, and where to put what they are to hear.
type Inside = Arc<Mutex<BTreeMap<u32, mpsc::UnboundedSender<String>>>>;

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
        let (queue, news) = mpsc::unbounded_channel();
        inside.lock().unwrap().insert(n, queue);
        let guest = guest(n, wire, Arc::clone(&inside), news);
        guests.spawn(guest);
    }
    while guests.join_next().await.is_some() {}
}

async fn guest<W>(
    n: u32,
    wire: W,
    inside: Inside,
    mut news: mpsc::UnboundedReceiver<String>,
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
            if writer.write_all(text.as_bytes()).await.is_err() {
                return;
            }
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
        .retain(|to, queue| *to == n || queue.send(text.clone()).is_ok());
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let (door, comes) = mpsc::channel::<tokio::io::DuplexStream>(1);
    drop(door);
    room(comes).await;
}
