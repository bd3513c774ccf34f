//! Takes what each read brings for a line.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, split};
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::{Duration, timeout};

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
        guests.spawn(guest);
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
    let (mut reader, mut writer) = split(wire);
    let mut buffer = [0; 1024];
    let listen = async {
        while let Ok(bytes @ 1..) = reader.read(&mut buffer).await {
            let text = String::from_utf8_lossy(&buffer[..bytes]);
            tell(&inside, n, text.trim_end());
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

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let (door, comes) = mpsc::channel::<tokio::io::DuplexStream>(1);
    drop(door);
    room(comes).await;
}
