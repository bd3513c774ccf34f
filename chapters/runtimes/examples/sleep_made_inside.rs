//! A runtime, and a nap to be taken on it. Compare the output.
use std::time::Duration;
use tokio::{runtime::Runtime, time::sleep};

fn main() {
    let runtime = Runtime::new().unwrap();
    println!("main: good night");
    runtime.block_on(async {
        sleep(Duration::from_secs(1)).await;
    });
    println!("main: good morning");
}
