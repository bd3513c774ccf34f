//! Eight versions of a configuration. Watch which ones each reader has seen.
use std::time::Duration;
use tokio::{sync::watch, time::sleep};

#[timeline::lane("{name}")]
async fn reader(name: &str, ms: u64, mut config: watch::Receiver<u32>) {
    let mut seen = Vec::new();
    loop {
        seen.push(*config.borrow_and_update());
        sleep(Duration::from_millis(ms)).await; // puts it to use
        if config.changed().await.is_err() {
            break; // the sender is gone
        }
    }
    println!("{name}: has seen {seen:?}");
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let (sender, config) = watch::channel(0);
    let quick = tokio::spawn(reader("quick", 10, config.clone()));
    let slow = tokio::spawn(reader("slow", 280, config));
    for version in 1..=7 {
        sleep(Duration::from_millis(100)).await;
        sender.send(version).expect("there are readers");
    }
    drop(sender);
    println!("main: has sent version 7");
    quick.await.unwrap();
    slow.await.unwrap();
}
