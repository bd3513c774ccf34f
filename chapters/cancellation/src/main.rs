//! A guest has a second and a half. Watch how far the tea gets.
use std::time::Duration;
use tokio::time::{sleep, timeout};

/// When it is dropped, says how far its tea has come.
struct Cup {
    n: u32,
    state: &'static str,
}

impl Drop for Cup {
    fn drop(&mut self) {
        println!("tea {}: dropped, {}", self.n, self.state);
    }
}

#[timeline::lane("tea {n}")]
async fn tea(n: u32) {
    let state = "not yet poured";
    let mut cup = Cup { n, state };
    println!("tea {n}: kettle on");
    sleep(Duration::from_secs(1)).await;
    println!("tea {n}: poured");
    cup.state = "too hot to drink";
    sleep(Duration::from_secs(1)).await;
    println!("tea {n}: drunk");
    cup.state = "empty";
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    match timeout(Duration::from_millis(1500), tea(1)).await {
        Ok(()) => println!("main: that was good"),
        Err(_) => println!("main: no more time"),
    }
    sleep(Duration::from_secs(1)).await;
    println!("main: done");
}
