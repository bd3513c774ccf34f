//! The reader that keeps its borrow, spawned. Watch what the compiler minds.
use std::time::Duration;
use tokio::{sync::watch, time::sleep};

async fn reader(mut config: watch::Receiver<String>) {
    let address = config.borrow_and_update();
    println!("reader: connects to {}", *address);
    sleep(Duration::from_millis(300)).await;
    println!("reader: has connected to {}", *address);
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let (_sender, config) = watch::channel("10.0.0.1".to_owned());
    tokio::spawn(reader(config)).await.unwrap();
}
