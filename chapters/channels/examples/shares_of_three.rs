//! Three channels, 900 turns of a `select!`. Watch the shares.
use tokio::sync::mpsc::channel;

/// Three channels, each with so many messages in it, and still open.
async fn shares(what: &str, filled: [usize; 3]) {
    let channels = filled.map(|messages| {
        let (sender, receiver) = channel(1000);
        (0..messages).for_each(|_| sender.try_send(()).unwrap());
        (sender, receiver)
    });
    let [(_a, mut a), (_b, mut b), (_c, mut c)] = channels;
    let mut turns = [0; 3];
    for _ in 1..=900 {
        tokio::select! {
            _ = a.recv() => turns[0] += 1,
            _ = b.recv() => turns[1] += 1,
            _ = c.recv() => turns[2] += 1,
        }
    }
    let [a, b, c] = turns;
    println!("{what}: {a}, {b}, {c}");
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    shares("all three are full", [1000, 1000, 1000]).await;
    shares("the second is empty", [1000, 0, 1000]).await;
}
