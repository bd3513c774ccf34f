//! Writes to one guest after the other, and waits for each.

use std::collections::BTreeMap;
use std::sync::Arc;

use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt};
use tokio::io::{BufReader, ReadHalf, WriteHalf, split};
use tokio::sync::{Mutex, mpsc};
use tokio::task::JoinSet;

type Inside<W> = Arc<Mutex<BTreeMap<u32, WriteHalf<W>>>>;

pub async fn room<W>(mut door: mpsc::Receiver<W>)
where
    W: AsyncRead + AsyncWrite + Send + 'static,
{
    let inside = Inside::default();
    let mut guests = JoinSet::new();
    let mut n = 0;
    while let Some(wire) = door.recv().await {
        n += 1;
        let (reader, writer) = split(wire);
        inside.lock().await.insert(n, writer);
        guests.spawn(guest(n, reader, Arc::clone(&inside)));
    }
    while guests.join_next().await.is_some() {}
}

async fn guest<W>(n: u32, reader: ReadHalf<W>, inside: Inside<W>)
where
    W: AsyncRead + AsyncWrite,
{
    let mut lines = BufReader::new(reader).lines();
    while let Ok(Some(line)) = lines.next_line().await {
        let text = format!("{n}: {line}\n");
        for (to, writer) in inside.lock().await.iter_mut() {
            if *to != n {
                _ = writer.write_all(text.as_bytes()).await;
            }
        }
    }
    inside.lock().await.remove(&n);
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let (door, comes) = mpsc::channel::<tokio::io::DuplexStream>(1);
    drop(door);
    room(comes).await;
}
