//! Spawns a task for each letter, so that nobody has to wait.

use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

/// How many letters the mailbox has room for.
pub const ROOM: usize = 8;

#[derive(Debug)]
enum Letter {
    Add(u64),
    Get(oneshot::Sender<u64>),
}

/// A handle to the actor.
#[derive(Debug, Clone)]
pub struct Counter {
    letters: mpsc::Sender<Letter>,
}

impl Counter {
    /// Starts the actor, which gives the sum when the last handle is gone.
    pub fn start() -> (Self, JoinHandle<u64>) {
        let (letters, mailbox) = mpsc::channel(ROOM);
        // The task has the receiver alone: with a sender of its own it would
        // wait for itself.
        (Self { letters }, tokio::spawn(keeper(mailbox)))
    }

    /// Waits until there is room for the letter.
    pub async fn add(&self, n: u64) {
        let letters = self.letters.clone();
        tokio::spawn(async move { letters.send(Letter::Add(n)).await });
    }

    /// The sum of all that was added by then.
    pub async fn get(&self) -> u64 {
        let (reply, answer) = oneshot::channel();
        let sent = self.letters.send(Letter::Get(reply)).await;
        sent.expect("it ends after its last handle");
        answer.await.expect("it answers every letter")
    }
}

async fn keeper(mut mailbox: mpsc::Receiver<Letter>) -> u64 {
    let mut sum = 0;
    while let Some(letter) = mailbox.recv().await {
        match letter {
            Letter::Add(n) => sum += n,
            Letter::Get(reply) => _ = reply.send(sum), // or nobody listens
        }
    }
    sum
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let (counter, keeper) = Counter::start();
    let other = counter.clone();
    let task = tokio::spawn(async move { other.add(40).await });
    counter.add(2).await;
    task.await.unwrap();
    println!("so far: {}", counter.get().await);
    drop(counter); // the last handle
    println!("in the end: {}", keeper.await.unwrap());
}
