//! A message there, a message back, thousands of times. Watch the price of one.
use futures::executor::block_on;
use std::{iter, sync, thread, time::Instant};
use tokio::runtime::Builder;
use tokio::sync::{Notify, broadcast, mpsc, oneshot, watch};

const TRIPS: u32 = 2_000;

async fn trips(mut side: impl AsyncFnMut()) {
    for _ in 0..TRIPS {
        side().await;
    }
}

/// Runs it nine times. What did a message take in the quickest of them?
fn quickest(mut run: impl FnMut()) -> u64 {
    let rounds = iter::repeat_with(|| {
        let start = Instant::now();
        run();
        start.elapsed().as_nanos() as u64 / u64::from(2 * TRIPS)
    });
    rounds.take(9).min().unwrap()
}

fn on_one_thread(mut a: impl AsyncFnMut(), mut b: impl AsyncFnMut()) -> u64 {
    quickest(|| {
        block_on(async { tokio::join!(trips(&mut a), trips(&mut b)) });
    })
}

fn on_two(mut a: impl AsyncFnMut(), mut b: impl AsyncFnMut() + Send) -> u64 {
    quickest(|| {
        thread::scope(|scope| {
            scope.spawn(|| block_on(trips(&mut b)));
            block_on(trips(&mut a));
        });
    })
}

fn price(
    name: &str,
    mut a: impl AsyncFnMut(),
    mut b: impl AsyncFnMut() + Send,
) {
    let one = on_one_thread(&mut a, &mut b);
    let two = on_two(a, b);
    let times = (two + one / 2) / one;
    println!("{name}: {one} ns, between two {two} ns, {times} times that");
}

fn main() {
    // part: bounded
    let (to, mut at_b) = mpsc::channel(8);
    let (back, mut at_a) = mpsc::channel(8);
    price(
        "bounded mpsc",
        async || {
            to.send(()).await.unwrap();
            at_a.recv().await.unwrap();
        },
        async || {
            at_b.recv().await.unwrap();
            back.send(()).await.unwrap();
        },
    );
    // end: bounded

    let (to, mut at_b) = mpsc::unbounded_channel();
    let (back, mut at_a) = mpsc::unbounded_channel();
    price(
        "unbounded mpsc",
        async || {
            to.send(()).unwrap();
            at_a.recv().await.unwrap();
        },
        async || {
            at_b.recv().await.unwrap();
            back.send(()).unwrap();
        },
    );

    let (to, mut at_b) = mpsc::channel(8);
    price(
        "bounded mpsc, oneshot back",
        async || {
            let (reply, answer) = oneshot::channel();
            to.send(reply).await.unwrap();
            answer.await.unwrap();
        },
        async || {
            let reply: oneshot::Sender<()> = at_b.recv().await.unwrap();
            reply.send(()).unwrap();
        },
    );

    let (to, mut at_b) = watch::channel(());
    let (back, mut at_a) = watch::channel(());
    price(
        "watch",
        async || {
            to.send(()).unwrap();
            at_a.changed().await.unwrap();
        },
        async || {
            at_b.changed().await.unwrap();
            back.send(()).unwrap();
        },
    );

    let (to, mut at_b) = broadcast::channel(8);
    let (back, mut at_a) = broadcast::channel(8);
    price(
        "broadcast",
        async || {
            to.send(()).unwrap();
            at_a.recv().await.unwrap();
        },
        async || {
            at_b.recv().await.unwrap();
            back.send(()).unwrap();
        },
    );

    let (to, back) = (Notify::new(), Notify::new());
    price(
        "Notify",
        async || {
            to.notify_one();
            back.notified().await;
        },
        async || {
            to.notified().await;
            back.notify_one();
        },
    );

    let (to, at_b) = sync::mpsc::channel();
    let (back, at_a) = sync::mpsc::channel();
    let two = on_two(
        async || {
            to.send(()).unwrap();
            at_a.recv().unwrap();
        },
        async move || {
            at_b.recv().unwrap();
            back.send(()).unwrap();
        },
    );
    println!("std's mpsc: between two {two} ns");

    let workers = Builder::new_multi_thread().worker_threads(2).build();
    let workers = workers.unwrap();
    let tasks = quickest(|| {
        workers.block_on(async {
            let (to, mut at_b) = mpsc::channel(8);
            let (back, mut at_a) = mpsc::channel(8);
            let a = tokio::spawn(trips(async move || {
                to.send(()).await.unwrap();
                at_a.recv().await.unwrap();
            }));
            let b = tokio::spawn(trips(async move || {
                at_b.recv().await.unwrap();
                back.send(()).await.unwrap();
            }));
            a.await.unwrap();
            b.await.unwrap();
        });
    });
    println!("bounded mpsc, two tasks and two workers: {tasks} ns");
}
