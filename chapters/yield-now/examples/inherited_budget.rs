//! A taker that was woken takes what it may. Watch how much that is.
use tokio::runtime::Builder;
use tokio::sync::{mpsc, oneshot};
use tokio::task::{coop::has_budget_remaining, spawn, yield_now};

fn thousand_bags() -> mpsc::UnboundedReceiver<u32> {
    let (sender, bags) = mpsc::unbounded_channel();
    (1..=1000).for_each(|n| sender.send(n).unwrap());
    bags
}

async fn second(mut bags: mpsc::UnboundedReceiver<u32>) -> u32 {
    let mut taken = 0;
    while has_budget_remaining() {
        bags.recv().await;
        taken += 1;
    }
    taken
}

async fn first() -> u32 {
    let (wake, woken) = oneshot::channel();
    let second = spawn(async {
        woken.await.unwrap();
        second(thousand_bags()).await
    });
    yield_now().await; // `second` runs up to its first await
    let mut bags = thousand_bags();
    for _ in 1..=100 {
        bags.recv().await;
    }
    wake.send(()).unwrap();
    second.await.unwrap()
}

fn main() {
    let thread = Builder::new_current_thread();
    let worker = Builder::new_multi_thread();
    for (on, mut builder) in [("thread of main", thread), ("worker", worker)] {
        let runtime = builder.worker_threads(1).build().unwrap();
        let taken = runtime.block_on(async { spawn(first()).await.unwrap() });
        println!("{on}: {taken} bags");
    }
}
