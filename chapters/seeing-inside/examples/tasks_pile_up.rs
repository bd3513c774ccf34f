//! A hundred guests come and go. Watch how many tasks are alive.
use std::time::Duration;
use tokio::runtime::Handle;
use tokio::sync::mpsc::{Sender, channel};
use tokio::time::sleep;

/// A task that writes to a guest, as long as somebody may send.
fn writer() -> Sender<String> {
    let (sender, mut lines) = channel(8);
    tokio::spawn(async move {
        while let Some(line) = lines.recv().await {
            drop::<String>(line); // written
        }
    });
    sender
}

async fn guest(here: &mut Vec<Sender<String>>) {
    let sender = writer();
    sender.send("your tea".to_owned()).await.unwrap();
    here.push(sender); // for news to everyone
}

#[tokio::main]
async fn main() {
    let metrics = Handle::current().metrics();
    let mut here = Vec::new();
    for gone in [20, 40, 60, 80, 100] {
        for _ in 0..20 {
            guest(&mut here).await;
        }
        sleep(Duration::from_millis(50)).await;
        let alive = metrics.num_alive_tasks();
        println!("{gone} guests have gone, {alive} tasks are alive");
    }
}
