//! A small project with lanes in it. Watch who waits for the toaster.
use std::time::Duration;
use timeline::LaneExt;
use tokio::sync::Mutex;
use tokio::time::sleep;

#[timeline::lane("tea")]
async fn tea() {
    sleep(Duration::from_millis(700)).await;
    println!("tea: poured");
}

#[timeline::lane("toast {n}")]
async fn toast(n: u32, toaster: &Mutex<()>) {
    let _place = toaster.lock().waits_for("the toaster").await;
    sleep(Duration::from_millis(400)).await;
    println!("toast {n}: brown");
}

#[tokio::main]
async fn main() {
    let toaster = &Mutex::new(());
    tokio::join!(tea(), toast(1, toaster), toast(2, toaster));
}
