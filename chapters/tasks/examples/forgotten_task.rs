//! A tea in the background, and a `main` that does not stay. Watch the tea.
use std::time::Duration;
use tokio::time::sleep;

#[timeline::lane("tea {n}")]
async fn tea(n: u32) {
    println!("tea {n}: kettle on");
    sleep(Duration::from_secs(1)).await;
    println!("tea {n}: poured");
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let _handle = tokio::spawn(tea(1));
    sleep(Duration::from_millis(500)).await;
    println!("main: done");
}
