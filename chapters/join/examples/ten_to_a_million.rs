//! Ten teas, a thousand, a million. Watch what one of them takes.
use futures::future::join_all;
use std::{fs, time::Duration, time::Instant};
use tokio::{task::coop::unconstrained, time::sleep};

async fn tea() {
    sleep(Duration::from_secs(1)).await;
}

/// How much memory this process has in use, in bytes.
fn memory() -> usize {
    let text = fs::read_to_string("/proc/self/status").expect("Linux has it");
    let line = text.lines().find(|line| line.starts_with("VmRSS")).unwrap();
    let kib = line.split_whitespace().nth(1).unwrap();
    kib.parse::<usize>().unwrap() * 1024
}

async fn pour(cups: usize) {
    let (start, before) = (Instant::now(), memory());
    let teas = join_all((0..cups).map(|_| tea()));
    // Polled after the teas, when all of them have begun to wait.
    let waiting = async { memory() - before };
    let both = async { tokio::join!(teas, waiting) };
    let (_, taken) = unconstrained(both).await;
    let (ms, each) = (start.elapsed().as_millis(), taken / cups);
    println!("{cups} teas: {ms} ms, {each} bytes each");
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    println!("one tea: {} bytes", size_of_val(&tea()));
    for cups in [10, 1000, 1_000_000] {
        pour(cups).await;
    }
}
