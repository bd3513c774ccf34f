//! A log goes into a pipe, and nobody reads it at first. Watch the clock.
use std::io::{self, pipe};
use std::time::{Duration, Instant};
use std::{sync::Arc, thread};
use tokio::{task::yield_now, time::sleep};

#[timeline::lane("orders")]
async fn orders() {
    let note = "with milk, ".repeat(100);
    for id in 1..=200 {
        tracing::info!(id, note, "an order");
        yield_now().await;
    }
}

#[timeline::lane("clock")]
async fn clock() {
    let mut longest = Duration::ZERO;
    for _ in 0..20 {
        let start = Instant::now();
        sleep(Duration::from_millis(20)).await;
        longest = longest.max(start.elapsed());
    }
    println!("the longest tick took {} ms", longest.as_millis());
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let (mut reader, writer) = pipe().unwrap();
    tracing_subscriber::fmt()
        .with_writer(Arc::new(writer))
        .init();
    thread::spawn(move || {
        thread::sleep(Duration::from_millis(800)); // it is busy
        io::copy(&mut reader, &mut io::sink())
    });
    tokio::join!(orders(), clock());
}
