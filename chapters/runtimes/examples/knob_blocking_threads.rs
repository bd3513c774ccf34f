//! Four blocking teas, room for two threads. Watch them start and stop.
use std::{thread, time::Duration};
use tokio::{runtime::Builder, task::spawn_blocking, time::sleep};

#[timeline::lane("tea {n}")]
fn tea(n: u32) {
    println!("tea {n}: kettle on");
    thread::sleep(Duration::from_secs(1));
    println!("tea {n}: poured");
}

async fn four_teas() {
    let mut cups = Vec::new();
    for n in 1..=4 {
        cups.push(spawn_blocking(move || tea(n)));
    }
    for cup in cups {
        cup.await.unwrap();
    }
    println!("main: four cups on the table");
    sleep(Duration::from_secs(1)).await;
    println!("main: done");
}

fn main() {
    let runtime = Builder::new_current_thread()
        .enable_time()
        .max_blocking_threads(2)
        .thread_keep_alive(Duration::from_millis(300))
        .on_thread_start(|| println!("a thread starts"))
        .on_thread_stop(|| println!("a thread stops"))
        .build()
        .unwrap();
    runtime.block_on(four_teas());
}
