//! Two tasks panic while they hold a lock. Watch what each lock says then.
use std::sync::Arc;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let of_std = Arc::new(std::sync::Mutex::new(0));
    let of_tokio = Arc::new(tokio::sync::Mutex::new(0));

    let lock = Arc::clone(&of_std);
    let holder = tokio::spawn(async move {
        let mut count = lock.lock().unwrap();
        *count = 1;
        panic!("half way, under std's lock");
    });
    holder.await.unwrap_err();

    let lock = Arc::clone(&of_tokio);
    let holder = tokio::spawn(async move {
        let mut count = lock.lock().await;
        *count = 1;
        panic!("half way, under Tokio's lock");
    });
    holder.await.unwrap_err();

    match of_std.lock() {
        Ok(count) => println!("std's: {count}"),
        Err(poisoned) => println!("std's: {poisoned}"),
    }
    println!("Tokio's: {}", of_tokio.lock().await);
}
