//! A database that is not async, on a thread of its own. Watch the heart.
use std::{thread, time::Duration};
use tokio::sync::{mpsc, oneshot};
use tokio::time::sleep;

type Question = (u32, oneshot::Sender<String>);

/// A plain function: it may take as long as it likes.
fn database(mut questions: mpsc::Receiver<Question>) {
    while let Some((key, reply)) = questions.blocking_recv() {
        let row = timeline::span("database", || {
            thread::sleep(Duration::from_millis(150)); // the disk
            format!("row {key}")
        });
        _ = reply.send(row); // fails if nobody waits any more
    }
    println!("database: closed");
}

#[timeline::lane("client {key}")]
async fn client(key: u32, database: mpsc::Sender<Question>) {
    let (reply, row) = oneshot::channel();
    database.send((key, reply)).await.expect("it is open");
    println!("client {key}: has {}", row.await.expect("it answers"));
}

#[timeline::lane("heart")]
async fn heart() {
    for _ in 1..=9 {
        sleep(Duration::from_millis(50)).await;
    }
    println!("heart: 9 beats");
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let (sender, questions) = mpsc::channel(8);
    let thread = thread::spawn(|| database(questions));
    let two = (client(1, sender.clone()), client(2, sender));
    tokio::join!(two.0, two.1, heart());
    thread.join().unwrap();
}
