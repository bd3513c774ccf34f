//! Two teas, one pot, one tray. Watch who has what, and who is served.
use std::{sync::Arc, time::Duration};
use tokio::sync::Mutex;

#[timeline::lane("tea {n}")]
async fn tea(n: u32, first: Arc<Mutex<()>>, second: Arc<Mutex<()>>) {
    let _first = first.lock().await;
    println!("tea {n}: has one");
    tokio::time::sleep(Duration::from_millis(200)).await;
    let _second = second.lock().await;
    println!("tea {n}: has both");
    tokio::time::sleep(Duration::from_millis(200)).await;
    println!("tea {n}: served");
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let pot = Arc::new(Mutex::new(()));
    let tray = Arc::new(Mutex::new(()));
    let one = tokio::spawn(tea(1, Arc::clone(&pot), Arc::clone(&tray)));
    let two = tokio::spawn(tea(2, Arc::clone(&pot), Arc::clone(&tray)));
    one.await.unwrap();
    two.await.unwrap();
}
