//! Counts how often it awaits, in an `async fn`.

use std::time::Duration;

use timeline::LaneExt;
use tokio::time::sleep;

/// Gives what the future gives, and how often it was polled for it.
pub async fn counted<F: Future>(future: F) -> (F::Output, u32) {
    let mut polls = 0;
    polls += 1;
    let output = future.await;
    (output, polls)
}

async fn tea(n: u32) -> String {
    sleep(Duration::from_millis(200)).await;
    println!("tea {n}: poured");
    sleep(Duration::from_millis(100)).await;
    format!("cup {n}")
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let (cup, polls) = counted(tea(1).lane("tea 1")).await;
    println!("{cup}, after {polls} polls");
}
