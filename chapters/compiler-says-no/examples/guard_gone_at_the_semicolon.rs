//! A queue behind a lock. Watch when the guard goes.
use std::{
    sync::{Arc, Mutex},
    time::Duration,
};
use tokio::time::sleep;

type Queue = Arc<Mutex<Vec<u32>>>;

async fn worker(queue: Queue) {
    let next = queue.lock().unwrap().pop();
    match next {
        Some(n) => {
            sleep(Duration::from_millis(100)).await;
            println!("order {n}: packed");
        }
        None => println!("worker: nothing to do"),
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let queue = Queue::new(Mutex::new(vec![1]));
    tokio::spawn(worker(queue)).await.unwrap();
}
