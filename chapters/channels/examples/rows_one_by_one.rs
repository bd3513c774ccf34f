//! Two hundred rows for a database that takes 5 ms a write. Watch the writes.
use std::time::Duration;
use tokio::{sync::mpsc, time::sleep};

/// Takes its time, for one row or for many.
async fn write(rows: &[u32]) {
    assert!(!rows.is_empty());
    sleep(Duration::from_millis(5)).await;
}

#[timeline::lane("database")]
async fn database(mut channel: mpsc::Receiver<u32>) {
    let (mut rows, mut writes) = (Vec::new(), Vec::new());
    while let Some(row) = channel.recv().await {
        rows.push(row);
        write(&rows).await;
        writes.push(rows.len());
        rows.clear();
    }
    println!("database: {} writes", writes.len());
    println!("database: rows in each: {writes:?}");
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let (sender, channel) = mpsc::channel(64);
    let database = tokio::spawn(database(channel));
    for row in 0..200 {
        sender.send(row).await.expect("the database is there");
    }
    drop(sender);
    database.await.unwrap();
}
