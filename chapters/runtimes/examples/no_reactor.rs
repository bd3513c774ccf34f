//! A runtime, and a nap to be taken on it. Watch how far it gets.
use std::time::Duration;
use tokio::{runtime::Runtime, time::sleep};

fn main() {
    let runtime = Runtime::new().unwrap();
    println!("main: good night");
    runtime.block_on(sleep(Duration::from_secs(1)));
    println!("main: good morning");
}
