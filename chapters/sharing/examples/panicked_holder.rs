//! Three who hold a lock stop half-way. Watch what each lock says then.
use std::{future::pending, sync::Arc, time::Duration};
use tokio::time::timeout;

type OfStd = Arc<std::sync::Mutex<i32>>;
type OfTokio = Arc<tokio::sync::Mutex<i32>>;

#[expect(clippy::await_holding_lock, reason = "the mistake this shows")]
async fn is_dropped(lock: OfStd) {
    let mut count = lock.lock().unwrap();
    *count = 1;
    pending::<()>().await; // dropped here
    *count = 2;
}

async fn panics(lock: OfStd) {
    let mut count = lock.lock().unwrap();
    *count = 1;
    panic!("half-way, under std's lock");
}

async fn panics_too(lock: OfTokio) {
    let mut count = lock.lock().await;
    *count = 1;
    panic!("half-way, under Tokio's lock");
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let (a, b, c) = (OfStd::default(), OfStd::default(), OfTokio::default());
    let dropped = timeout(Duration::from_millis(10), is_dropped(a.clone()));
    dropped.await.unwrap_err();
    tokio::spawn(panics(b.clone())).await.unwrap_err();
    tokio::spawn(panics_too(c.clone())).await.unwrap_err();

    println!("std's, dropped: {a:?}");
    println!("std's, a panic: {b:?}");
    println!("Tokio's, a panic: {c:?}");
    println!("locked once more: {:?}", b.lock().map(|count| *count));
}
