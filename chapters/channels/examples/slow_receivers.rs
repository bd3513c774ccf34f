//! Forty messages, 10 ms apart, to receivers that need 40. Watch what each gets.
use std::time::{Duration, Instant};
use tokio::sync::broadcast::error::RecvError::{Closed, Lagged};
use tokio::sync::{broadcast, mpsc, watch};
use tokio::time::sleep;

// part: ends
/// Sends forty, and returns the milliseconds that it took.
async fn produce(send: impl AsyncFn(u32)) -> u128 {
    let start = Instant::now();
    for n in 1..=40 {
        sleep(Duration::from_millis(10)).await;
        send(n).await;
    }
    start.elapsed().as_millis()
}

async fn consume(mut recv: impl AsyncFnMut() -> Option<u32>) -> Vec<u32> {
    let mut seen = Vec::new();
    while let Some(n) = recv().await {
        seen.push(n);
        sleep(Duration::from_millis(40)).await;
    }
    seen
}
// end: ends

async fn compare(
    name: &str,
    send: impl AsyncFn(u32),
    recv: impl AsyncFnMut() -> Option<u32>,
) {
    let (ms, seen) = tokio::join!(produce(send), consume(recv));
    let (count, last) = (seen.len(), seen.last().unwrap());
    println!("{name}: sent in {ms} ms, {count} seen, the last is {last}");
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let (tx, mut rx) = mpsc::channel(8);
    let send = async move |n| tx.send(n).await.unwrap();
    compare("bounded mpsc", send, async || rx.recv().await).await;

    let (tx, mut rx) = mpsc::unbounded_channel();
    let send = async move |n| tx.send(n).unwrap();
    compare("unbounded mpsc", send, async || rx.recv().await).await;

    // part: keeps
    let (tx, mut rx) = watch::channel(0);
    let send = async move |n| tx.send(n).unwrap();
    let recv = async || {
        rx.changed().await.ok()?;
        Some(*rx.borrow_and_update())
    };
    compare("watch", send, recv).await;

    let (tx, mut rx) = broadcast::channel(8);
    let send = async move |n| _ = tx.send(n).unwrap();
    let mut missed = 0;
    let recv = async || loop {
        match rx.recv().await {
            Ok(n) => return Some(n),
            Err(Lagged(n)) => missed += n,
            Err(Closed) => return None,
        }
    };
    compare("broadcast", send, recv).await;
    // end: keeps
    println!("broadcast: told of {missed} that it has missed");
}
