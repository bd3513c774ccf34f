//! Ten events, room for four, a slow listener. Watch what it has seen.
use std::time::Duration;
use tokio::{sync::broadcast, time::sleep};

#[timeline::lane("{name}")]
async fn listener(name: &str, ms: u64, mut feed: broadcast::Receiver<u32>) {
    let mut seen = Vec::new();
    while let Ok(event) = feed.recv().await {
        seen.push(event);
        sleep(Duration::from_millis(ms)).await;
    }
    println!("{name}: the feed has ended, seen {seen:?}");
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let (sender, feed) = broadcast::channel(4);
    let quick = tokio::spawn(listener("quick", 5, sender.subscribe()));
    let slow = tokio::spawn(listener("slow", 480, feed));
    for event in 1..=10 {
        sleep(Duration::from_millis(70)).await;
        sender.send(event).expect("there are listeners");
    }
    println!("main: has sent event 10");
    drop(sender);
    quick.await.unwrap();
    slow.await.unwrap();
}
