//! Waits for room where nothing is polled but that.

use std::time::Duration;

use timeline::LaneExt;
use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio::time::{interval, sleep};

/// Hands every letter on, and calls `tick` every 100 ms meanwhile.
pub async fn forward(
    mut letters: Receiver<u32>,
    out: Sender<u32>,
    mut tick: impl FnMut(),
) {
    let mut clock = interval(Duration::from_millis(100));
    loop {
        tokio::select! {
            letter = letters.recv() => {
                let Some(letter) = letter else { return };
                if out.send(letter).await.is_err() {
                    return;
                }
            }
            _ = clock.tick() => tick(),
        }
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let (letterbox, letters) = channel(1);
    let (out, mut arrived) = channel(1);
    let writer = async move {
        for letter in 1..=10 {
            letterbox.send(letter).await.expect("it is forwarded");
        }
    };
    let reader = async {
        while let Some(letter) = arrived.recv().await {
            println!("reader: letter {letter}");
            sleep(Duration::from_millis(150)).await;
        }
    };
    tokio::join!(
        writer.lane("writer"),
        forward(letters, out, || ()).lane("forwarder"),
        reader.lane("reader"),
    );
}
