//! Teas that block, and a clock. Watch when threads start, and how it ends.
use std::time::Duration;
use tokio::{runtime::Builder, task::spawn_blocking};

#[timeline::lane("tea {n}")]
fn tea(n: u32) {
    println!("tea {n}: kettle on");
    std::thread::sleep(Duration::from_secs(1));
    println!("tea {n}: poured");
}

#[timeline::lane("clock")]
async fn clock() {
    for n in 1..=2 {
        tokio::time::sleep(Duration::from_millis(300)).await;
        println!("clock: tick {n}");
    }
}

fn main() {
    let runtime = Builder::new_current_thread()
        .enable_time()
        .on_thread_start(|| println!("a thread starts"))
        .build()
        .unwrap();
    runtime.block_on(async {
        println!("main: one thread so far");
        let cup = spawn_blocking(|| tea(1));
        clock().await;
        spawn_blocking(|| tea(2)); // nobody awaits it
        cup.await.unwrap();
    });
    println!("main: block_on has returned");
    drop(runtime);
    println!("main: the runtime is gone");
}
