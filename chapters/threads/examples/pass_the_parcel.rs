//! Threads hand a parcel around. Watch the passes, and the context switches.
use std::sync::mpsc::{self, Receiver, Sender};
use std::{sync::Arc, thread, time::Instant};

const PASSES: usize = 40_000;

/// Who gets it next: anybody else, and in the end the neighbour.
fn next(me: usize, left: usize, players: usize) -> usize {
    let mixed = left.wrapping_mul(0x9E37_79B9) >> 16;
    (me + 1 + mixed % (players - 1)) % players
}

fn player(me: usize, hands: &[Sender<usize>], mine: &Receiver<usize>) {
    for left in mine {
        let next = next(me, left, hands.len());
        let _ = hands[next].send(left.saturating_sub(1)); // or gone home
        if left == 0 {
            return;
        }
    }
}

fn main() {
    for players in [2, 10, 100, 1000] {
        let channels = (0..players).map(|_| mpsc::channel());
        let (hands, receivers): (Vec<_>, Vec<_>) = channels.unzip();
        let hands: Arc<[_]> = hands.into();
        let mut threads = Vec::new();
        for (me, mine) in receivers.into_iter().enumerate() {
            let hands = hands.clone();
            threads.push(thread::spawn(move || player(me, &hands, &mine)));
        }
        let start = Instant::now();
        hands[0].send(PASSES).unwrap();
        for thread in threads {
            thread.join().unwrap();
        }
        let passes = 1000 * (PASSES + players) as u128;
        let rate = passes / start.elapsed().as_micros();
        println!("{players} threads: {rate} passes per ms");
    }
}
