//! Futures hand a parcel around. Watch the passes, and the context switches.
use futures::future::join_all;
use std::{sync::Arc, time::Instant};
use tokio::sync::mpsc::{self, UnboundedReceiver, UnboundedSender};

const PASSES: usize = 40_000;

/// Who gets it next: anybody else, and in the end the neighbour.
fn next(me: usize, left: usize, players: usize) -> usize {
    let mixed = left.wrapping_mul(0x9E37_79B9) >> 16;
    (me + 1 + mixed % (players - 1)) % players
}

type Hands = Arc<[UnboundedSender<usize>]>;

async fn player(me: usize, hands: Hands, mut mine: UnboundedReceiver<usize>) {
    while let Some(left) = mine.recv().await {
        let next = next(me, left, hands.len());
        let _ = hands[next].send(left.saturating_sub(1)); // or gone home
        if left == 0 {
            return;
        }
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    for players in [2, 10, 100, 1000] {
        let channels = (0..players).map(|_| mpsc::unbounded_channel());
        let (hands, receivers): (Vec<_>, Vec<_>) = channels.unzip();
        let hands: Hands = hands.into();
        let mut futures = Vec::new();
        for (me, mine) in receivers.into_iter().enumerate() {
            let hands = hands.clone();
            futures.push(player(me, hands, mine));
        }
        let start = Instant::now();
        hands[0].send(PASSES).unwrap();
        join_all(futures).await;
        let passes = 1000 * (PASSES + players) as u128;
        let rate = passes / start.elapsed().as_micros();
        println!("{players} futures: {rate} passes per ms");
    }
}
