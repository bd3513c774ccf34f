//! A task writes orders to a disk that has room for three. Watch the others.
use anyhow::{Result, ensure};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::time::sleep;

type Queue = Arc<Mutex<Vec<u32>>>;

const FIFTH: Duration = Duration::from_millis(200);

#[timeline::lane("writer")]
async fn writer(queue: Queue) -> Result<()> {
    let mut room = 3;
    loop {
        sleep(FIFTH).await;
        for n in queue.lock().unwrap().drain(..) {
            ensure!(room > 0, "the disk is full");
            room -= 1;
            println!("order {n}: written");
        }
    }
}

#[timeline::lane("intake")]
async fn intake(queue: Queue) {
    for n in 1..=6 {
        sleep(FIFTH).await;
        queue.lock().unwrap().push(n);
        println!("order {n}: accepted");
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let queue = Queue::default();
    let writer = tokio::spawn(writer(queue.clone()));
    sleep(FIFTH / 2).await;
    tokio::select! {
        () = intake(queue) => {}
        ended = writer => ended??,
    }
    sleep(FIFTH).await;
    println!("main: done");
    Ok(())
}
