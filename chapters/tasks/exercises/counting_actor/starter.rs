//! An actor that counts. Who owns the number, and how does it end?

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
        todo!("a channel, and a task that has one end of it")
    }

    /// Waits until there is room for the letter.
    pub async fn add(&self, n: u64) {
        todo!("send {n}")
    }

    /// The sum of all that was added by then.
    pub async fn get(&self) -> u64 {
        todo!("send a letter, and wait for the answer")
    }
}

async fn keeper(mailbox: mpsc::Receiver<Letter>) -> u64 {
    todo!("take letter after letter")
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

#[cfg(test)]
#[path = "../../../chapters/tasks/exercises/counting_actor/tests.rs"]
mod tests;
