//! A busy task, and a guest from another thread. Watch when the guest is in.
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::{future::poll_fn, task::Poll, thread};
use tokio::{runtime::Builder, runtime::Handle, sync::Notify};

static TURNS: AtomicU32 = AtomicU32::new(0);
static GUEST_IN: Notify = Notify::const_new();

/// Wakes itself at every poll. At one of them, a guest comes from outside.
async fn busy() {
    let runtime = Handle::current();
    poll_fn(|context| {
        if TURNS.fetch_add(1, Relaxed) == 100 {
            let runtime = runtime.clone();
            thread::spawn(move || runtime.spawn(guest()))
                .join()
                .unwrap();
        }
        context.waker().wake_by_ref();
        Poll::<()>::Pending
    })
    .await;
}

async fn guest() {
    println!("  guest: in after {} turns", TURNS.load(Relaxed) - 100);
    GUEST_IN.notify_one();
}

fn main() {
    for interval in [1, 31, 1000] {
        println!("global_queue_interval({interval})");
        TURNS.store(0, Relaxed);
        let mut builder = Builder::new_current_thread();
        builder.global_queue_interval(interval);
        builder.build().unwrap().block_on(async {
            tokio::spawn(busy());
            GUEST_IN.notified().await;
        });
    }
}
