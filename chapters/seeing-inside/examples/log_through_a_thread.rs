//! A thread writes the log, and nobody reads it at first. Watch the clock.
use std::io::{self, Write, pipe};
use std::sync::mpsc::{Sender, channel};
use std::time::{Duration, Instant};
use std::{sync::Arc, thread};
use tokio::{task::yield_now, time::sleep};

struct ToThread(Sender<Vec<u8>>);

impl Write for &ToThread {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        _ = self.0.send(line.to_vec()); // lost, if the thread has gone
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

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
    let (mut reader, mut writer) = pipe().unwrap();
    let (sender, lines) = channel::<Vec<u8>>();
    thread::spawn(move || {
        lines.iter().try_for_each(|it| writer.write_all(&it))
    });
    let log = Arc::new(ToThread(sender));
    tracing_subscriber::fmt().with_writer(log).init();
    thread::spawn(move || {
        thread::sleep(Duration::from_millis(800)); // it is busy
        io::copy(&mut reader, &mut io::sink())
    });
    tokio::join!(orders(), clock());
}
