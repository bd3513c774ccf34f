//! Four chops, and a heart on the same thread. Watch how often it beats.

use std::cell::Cell;
use std::time::Duration;

use futures::future::join_all;
use timeline::LaneExt;

/// A job that computes.
pub type Chop = Box<dyn FnOnce() -> u64 + Send>;

/// Runs all jobs, and gives their results in the order of the jobs.
pub async fn chop_all(chops: Vec<Chop>) -> Vec<u64> {
    join_all(chops.into_iter().map(run)).await
}

async fn run(chop: Chop) -> u64 {
    chop()
}

fn chop(n: u64) -> u64 {
    timeline::span(format!("chop {n}"), || {
        let mut sum = n;
        for i in 0..8_000_000 {
            sum = sum.wrapping_mul(31) ^ std::hint::black_box(i);
        }
        sum
    })
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let chops = (1..=4).map(|n| Box::new(move || chop(n)) as Chop).collect();
    let beats = Cell::new(0);
    let heart = async {
        loop {
            tokio::time::sleep(Duration::from_millis(5)).await;
            beats.set(beats.get() + 1);
        }
    };
    tokio::select! {
        all = chop_all(chops).lane("chop_all") => {
            println!("{} chops, {} beats meanwhile", all.len(), beats.get());
        }
        () = heart.lane("heart") => (),
    }
}

#[cfg(test)]
#[path = "../../../chapters/blocking-mistakes/exercises/chops_off_the_thread/tests.rs"]
mod tests;
