//! An order in a set, and a time limit on it. Watch which line is the last.
use std::time::Duration;
use tokio::{task::JoinSet, time::sleep, time::timeout};

const TENTH: Duration = Duration::from_millis(100);

struct Label;

impl Drop for Label {
    fn drop(&mut self) {
        println!("label: thrown away");
    }
}

#[timeline::lane("label")]
async fn label() {
    let _label = Label;
    sleep(9 * TENTH).await;
    println!("label: printed");
}

#[timeline::lane("order")]
async fn order() {
    let mut parts = JoinSet::new();
    parts.spawn(label());
    while parts.join_next().await.is_some() {}
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let ended = timeout(3 * TENTH, order()).await;
    println!("main: order in time? {}", ended.is_ok());
    sleep(TENTH).await;
}
