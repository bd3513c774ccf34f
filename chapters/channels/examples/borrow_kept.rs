//! The address changes while a reader connects. Watch the heart.
use std::time::Duration;
use tokio::{sync::watch, time::sleep};

#[timeline::lane("reader")]
async fn reader(mut config: watch::Receiver<String>) {
    let address = config.borrow_and_update();
    println!("reader: connects to {}", *address);
    sleep(Duration::from_millis(300)).await;
    println!("reader: has connected to {}", *address);
}

#[timeline::lane("sender")]
async fn publish(config: watch::Sender<String>) {
    sleep(Duration::from_millis(120)).await;
    println!("sender: there is a new address");
    config.send("10.0.0.2".to_owned()).expect("it is open");
    println!("sender: has sent it");
}

#[timeline::lane("heart")]
async fn heart() {
    for beat in 1..=8 {
        sleep(Duration::from_millis(50)).await;
        println!("heart: beat {beat}");
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let (sender, config) = watch::channel("10.0.0.1".to_owned());
    tokio::join!(reader(config), publish(sender), heart());
}
