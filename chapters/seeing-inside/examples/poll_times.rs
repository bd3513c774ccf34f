//! A runtime that times its polls. Watch the longest, and where it came from.
use std::cell::Cell;
use std::thread;
use std::time::{Duration, Instant};
use unstable::tokio; // built with --cfg tokio_unstable
use unstable::tokio::runtime::{Builder, HistogramConfiguration};
use unstable::tokio::time::sleep;

const WIDTH: Duration = Duration::from_millis(10);

thread_local!(static BEGUN: Cell<Option<Instant>> = const { Cell::new(None) });

async fn tea(boil: bool) {
    sleep(Duration::from_millis(20)).await;
    if boil {
        thread::sleep(Duration::from_millis(25)); // Oops!
    }
}

fn main() {
    let widths = HistogramConfiguration::linear(WIDTH, 4);
    let runtime = Builder::new_current_thread()
        .enable_time()
        .enable_metrics_poll_time_histogram()
        .metrics_poll_time_histogram_configuration(widths)
        .on_before_task_poll(|_| BEGUN.set(Some(Instant::now())))
        .on_after_task_poll(|task| {
            let took = BEGUN.get().unwrap().elapsed();
            if took > WIDTH {
                let line = task.spawned_at().line();
                println!("spawned in line {line}: {} ms", took.as_millis());
            }
        })
        .build()
        .unwrap();
    runtime.block_on(async {
        let quick = (0..50).map(|_| tokio::spawn(tea(false)));
        let mut all: Vec<_> = quick.collect();
        all.push(tokio::spawn(tea(true)));
        for tea in all {
            tea.await.unwrap();
        }
    });
    let metrics = runtime.metrics();
    for bucket in 0..metrics.poll_time_histogram_num_buckets() {
        let range = metrics.poll_time_histogram_bucket_range(bucket);
        let polls = metrics.poll_time_histogram_bucket_count(0, bucket);
        println!("from {:?}: {polls} polls", range.start);
    }
}
