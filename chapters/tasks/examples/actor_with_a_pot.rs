//! A task that owns the pot, and guests who write to it. Watch how it ends.
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinSet;

enum Letter {
    Fill(u32),
    Pour(oneshot::Sender<bool>),
}

async fn keeper(mut mailbox: mpsc::Receiver<Letter>) -> u32 {
    let mut cups = 0;
    while let Some(letter) = mailbox.recv().await {
        match letter {
            Letter::Fill(more) => cups += more,
            Letter::Pour(reply) => {
                let poured = cups > 0;
                cups -= u32::from(poured);
                _ = reply.send(poured); // fails if the guest has left
            }
        }
    }
    cups
}

async fn guest(n: u32, pot: mpsc::Sender<Letter>) {
    let (reply, answer) = oneshot::channel();
    pot.send(Letter::Pour(reply)).await.expect("it is open");
    match answer.await.expect("it answers every letter") {
        true => println!("guest {n}: a cup of tea"),
        false => println!("guest {n}: the pot is empty"),
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let (pot, mailbox) = mpsc::channel(8);
    let keeper = tokio::spawn(keeper(mailbox));
    pot.send(Letter::Fill(2)).await.expect("it is open");
    let guests: JoinSet<()> = (1..=3).map(|n| guest(n, pot.clone())).collect();
    drop(pot); // from here on, only the guests can write
    guests.join_all().await;
    println!("main: {} cups left", keeper.await.unwrap());
}
