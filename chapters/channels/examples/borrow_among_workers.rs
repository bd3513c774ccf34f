//! The reader in `main`, the sender in a task of its own. Watch the reader.
use std::time::Duration;
use tokio::{sync::watch, time::sleep};

#[timeline::lane("reader")]
async fn reader(mut config: watch::Receiver<String>) {
    let address = config.borrow_and_update();
    println!("reader: connects to {}", *address);
    sleep(Duration::from_millis(700)).await;
    println!("reader: has connected to {}", *address);
}

#[timeline::lane("sender")]
async fn publish(config: watch::Sender<String>) {
    sleep(Duration::from_millis(500)).await;
    println!("sender: there is a new address");
    config.send("10.0.0.2".to_owned()).expect("it is open");
    println!("sender: has sent it");
}

#[tokio::main(flavor = "multi_thread", worker_threads = 4)]
async fn main() {
    let (sender, config) = watch::channel("10.0.0.1".to_owned());
    let sender = tokio::spawn(publish(sender));
    reader(config).await;
    sender.await.unwrap();
}
