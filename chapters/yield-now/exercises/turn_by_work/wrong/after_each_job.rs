//! Gives way after each job.

use std::time::{Duration, Instant};

use timeline::LaneExt;
use tokio::task::yield_now;
use tokio::time::sleep;

/// So many microseconds of work are worth a turn of the others.
pub const PIECE: u64 = 100;

/// Does one job after the other. Each is given as the microseconds that it
/// takes, and `work` does it.
pub async fn work_through(jobs: &[u64], mut work: impl FnMut(u64)) {
    for &micros in jobs {
        work(micros);
        yield_now().await;
    }
}

/// Keeps a core busy.
fn compute(micros: u64) {
    let start = Instant::now();
    while start.elapsed() < Duration::from_micros(micros) {}
}

async fn heart() {
    let mut longest = Duration::ZERO;
    for _ in 1..=20 {
        let last = Instant::now();
        sleep(Duration::from_millis(10)).await;
        longest = longest.max(last.elapsed());
    }
    println!("longest time without a beat: {} ms", longest.as_millis());
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let jobs = [[5; 200], [1000; 200]].concat();
    let work = work_through(&jobs, compute);
    tokio::join!(heart().lane("heart"), work.lane("work"));
}
