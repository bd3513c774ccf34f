//! Gives way once, and then holds the thread as before.

use std::thread;
use std::time::Duration;

use tokio::task::yield_now;

pub async fn ask_again(mut ask: impl FnMut(u32) -> bool) -> u32 {
    let mut times = 1;
    while !ask(times) {
        pause(times).await;
        times += 1;
    }
    times
}

async fn pause(times: u32) {
    yield_now().await;
    let ms = 10 << (times - 1);
    thread::sleep(Duration::from_millis(ms));
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    println!("asked {} times", ask_again(|times| times == 3).await);
}
