//! Ten sleeps, and ten reads of a file. Watch how many threads start.
use futures::future::join_all;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::{env, time::Duration};
use tokio::{fs, runtime::Builder, time::sleep};

static STARTED: AtomicU32 = AtomicU32::new(0);

async fn nap() {
    sleep(Duration::from_millis(100)).await;
}

async fn read_own_program() {
    let path = env::current_exe().expect("this program is a file");
    fs::read(path).await.expect("who may run it may read it");
}

fn main() {
    let runtime = Builder::new_current_thread()
        .enable_time()
        .on_thread_start(|| _ = STARTED.fetch_add(1, Relaxed))
        .build()
        .unwrap();
    runtime.block_on(async {
        join_all((1..=10).map(|_| nap())).await;
        println!("ten sleeps: {} threads more", STARTED.load(Relaxed));
        join_all((1..=10).map(|_| read_own_program())).await;
        println!("ten reads: {} threads more", STARTED.load(Relaxed));
    });
}
