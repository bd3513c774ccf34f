//! Each request notes its number on its thread. Watch what it reads later.
use std::{cell::Cell, time::Duration};
use tokio::{task::JoinSet, time::sleep};

thread_local! {
    static REQUEST: Cell<u32> = const { Cell::new(0) };
}

/// Deep inside, where nobody has the number as an argument.
fn log(text: &str) {
    println!("request {}: {text}", REQUEST.get());
}

async fn request(n: u32) {
    REQUEST.set(n);
    log("begins");
    sleep(Duration::from_millis(100)).await;
    log("ends");
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let mut requests = JoinSet::new();
    for n in 1..=3 {
        requests.spawn(request(n));
    }
    requests.join_all().await;
}
