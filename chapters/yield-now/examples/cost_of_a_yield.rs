//! A million yields, by one task and by ten. Watch what one yield costs.
use std::time::{Duration, Instant};

const YIELDS: u32 = 1_000_000;

async fn yielder(times: u32) {
    for _ in 0..times {
        tokio::task::yield_now().await;
    }
}

/// Shares the million among some tasks, and returns the time a yield took.
async fn time_a_yield(tasks: u32) -> Duration {
    let start = Instant::now();
    let mut yielders = Vec::new();
    for _ in 0..tasks {
        yielders.push(tokio::spawn(yielder(YIELDS / tasks)));
    }
    for yielder in yielders {
        yielder.await.unwrap();
    }
    start.elapsed() / YIELDS
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let mut each = Vec::new();
    for (who, tasks) in [("alone", 1), ("one of ten", 10)] {
        let ns = time_a_yield(tasks).await.as_nanos();
        println!("{who}: {ns} ns a yield");
        for work in [1, 10, 100] {
            let percent = ns as f64 / f64::from(work) / 10.0;
            println!("{who}, after {work} µs of work: {percent:.1} % more");
        }
        each.push(ns as f64);
    }
    println!("alone: {:.1} times as dear", each[0] / each[1]);
}
