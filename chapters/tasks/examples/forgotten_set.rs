//! A set of tasks that is never dropped. Watch the tin.
use std::{mem, sync::Arc, sync::Weak, time::Duration};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

#[timeline::lane("tea {n}")]
async fn tea(n: u32, tin: Weak<String>) {
    println!("tea {n}: kettle on");
    sleep(Duration::from_secs(1)).await;
    match tin.upgrade() {
        Some(tin) => println!("tea {n}: {tin}, poured"),
        None => println!("tea {n}: the tin is gone"),
    }
}

#[timeline::lane("two teas")]
async fn two_teas(tin: &Arc<String>) {
    let mut cups = JoinSet::new();
    for n in 1..=2 {
        cups.spawn(tea(n, Arc::downgrade(tin)));
    }
    while cups.join_next().await.is_some() {}
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let tin = Arc::new(String::from("Darjeeling"));
    let mut teas = Box::pin(two_teas(&tin));
    _ = timeout(Duration::from_millis(500), &mut teas).await;
    mem::forget(teas); // Oops! The borrow ends here
    drop(tin);
    println!("main: the tin is thrown away");
    sleep(Duration::from_secs(1)).await;
    println!("main: done");
}
