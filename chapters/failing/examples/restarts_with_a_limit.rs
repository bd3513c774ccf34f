//! A worker that panics again and again. Watch when it is given up.
use anyhow::{Result, bail};
use std::{collections::VecDeque, time::Duration};
use tokio::time::{Instant, sleep};

const RESTARTS: usize = 3;
const WINDOW: Duration = Duration::from_millis(500);

/// Good for 300 ms at first, and from its fifth run on for none.
#[timeline::lane("run {run}")]
async fn worker(run: u32) {
    if run < 5 {
        sleep(Duration::from_millis(300)).await;
    }
    panic!("an order without an address");
}

/// Starts the worker again, though only so often within the window.
#[timeline::lane("supervisor")]
async fn supervise() -> Result<()> {
    let mut restarts = VecDeque::new();
    for run in 1.. {
        let Err(end) = tokio::spawn(worker(run)).await else {
            break; // it has done its work
        };
        restarts.retain(|then: &Instant| then.elapsed() < WINDOW);
        if restarts.len() == RESTARTS {
            bail!("run {run} of the worker: {end}");
        }
        restarts.push_back(Instant::now());
        println!("run {run} is over, restarts: {}", restarts.len());
    }
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    supervise().await
}
