//! Each guest asks again after a pause. Who stands still meanwhile?

use std::time::Duration;

use timeline::LaneExt;
use tokio::time::sleep;

/// Asks until the answer is yes, and gives how often it has asked.
pub async fn ask_again(mut ask: impl FnMut(u32) -> bool) -> u32 {
    let mut times = 1;
    while !ask(times) {
        pause(times).await;
        times += 1;
    }
    times
}

/// Pauses for 10 ms after the first time, then 20, 40, 80.
async fn pause(times: u32) {
    let ms = 10 << (times - 1);
    sleep(Duration::from_millis(ms)).await;
}

async fn guest(n: u32) {
    let ask = |times| {
        println!("guest {n}: question {times}");
        times == 5
    };
    ask_again(ask).await;
    println!("guest {n}: has ordered");
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    tokio::join!(
        guest(1).lane("guest 1"),
        guest(2).lane("guest 2"),
        guest(3).lane("guest 3"),
    );
}

#[cfg(test)]
#[path = "../../../chapters/blocking-mistakes/exercises/guests_who_ask_again/tests.rs"]
mod tests;
