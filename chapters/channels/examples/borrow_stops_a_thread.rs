//! A thread looks at the configuration for half a second. Watch the others.
use std::{thread, time::Duration};
use tokio::{sync::watch, time::sleep};

/// Plain code, on a thread of its own.
fn reader(name: &str, ms: u64, config: &watch::Receiver<u32>) {
    let version = timeline::span(format!("{name} borrows"), || config.borrow());
    timeline::span(format!("{name} looks"), || {
        thread::sleep(Duration::from_millis(ms));
    });
    println!("{name}: has looked at version {}", *version);
}

#[timeline::lane("sender")]
async fn publish(config: watch::Sender<u32>) {
    sleep(Duration::from_millis(100)).await;
    println!("sender: sends version 2");
    config.send(2).expect("there are readers");
    println!("sender: has sent version 2");
}

#[timeline::lane("heart")]
async fn heart() {
    for _ in 1..=12 {
        sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let (sender, config) = watch::channel(1);
    let other = config.clone();
    let slow = thread::spawn(move || reader("slow", 500, &config));
    let late = thread::spawn(move || {
        thread::sleep(Duration::from_millis(250));
        reader("late", 0, &other);
    });
    tokio::join!(publish(sender), heart());
    slow.join().unwrap();
    late.join().unwrap();
}
