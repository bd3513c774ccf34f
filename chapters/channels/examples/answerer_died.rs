//! The worker panics at job 2. Watch what each client is told.
use tokio::sync::{mpsc, oneshot};

struct Job {
    n: u32,
    reply: oneshot::Sender<u32>,
}

async fn worker(mut jobs: mpsc::Receiver<Job>) {
    while let Some(Job { n, reply }) = jobs.recv().await {
        assert_ne!(n, 2, "a bug that job 2 brings out");
        reply.send(n * n).expect("the client waits");
    }
}

async fn client(n: u32, jobs: &mpsc::Sender<Job>) {
    let (reply, answer) = oneshot::channel();
    if let Err(back) = jobs.send(Job { n, reply }).await {
        return println!("client {n}: job {} has come back", back.0.n);
    }
    match answer.await {
        Ok(answer) => println!("client {n}: has {answer}"),
        Err(error) => println!("client {n}: no answer, {error}"),
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let (sender, jobs) = mpsc::channel(8);
    tokio::spawn(worker(jobs)); // nobody keeps the handle
    futures::join!(client(1, &sender), client(2, &sender), client(3, &sender));
    client(4, &sender).await;
}
