//! Each request has its number in its task. Watch what it reads later.
use std::time::Duration;
use tokio::{task::JoinSet, time::sleep};

tokio::task_local! {
    static REQUEST: u32;
}

/// Deep inside, where nobody has the number as an argument.
fn log(text: &str) {
    match REQUEST.try_get() {
        Ok(n) => println!("request {n}: {text}"),
        Err(_) => println!("no request: {text}"),
    }
}

async fn request() {
    log("begins");
    sleep(Duration::from_millis(100)).await;
    log("ends");
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let mut requests = JoinSet::new();
    for n in 1..=3 {
        requests.spawn(REQUEST.scope(n, request()));
    }
    requests.join_all().await;

    let spawns = async { tokio::spawn(request()).await };
    REQUEST.scope(4, spawns).await.expect("it does not panic");
}
