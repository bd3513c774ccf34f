//! A dropped cup is washed by a task. Watch for a clean cup.
use std::time::Duration;
use tokio::time::{sleep, timeout};

struct Cup {
    n: u32,
}

impl Drop for Cup {
    fn drop(&mut self) {
        println!("cup {}: dropped", self.n);
        tokio::spawn(wash(self.n));
    }
}

#[timeline::lane("wash {n}")]
async fn wash(n: u32) {
    println!("cup {n}: in the sink");
    sleep(Duration::from_millis(500)).await;
    println!("cup {n}: clean");
}

#[timeline::lane("tea {}", cup.n)]
async fn tea(cup: Cup) {
    println!("tea {}: kettle on", cup.n);
    sleep(Duration::from_secs(1)).await;
    println!("tea {}: poured", cup.n);
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let cup = Cup { n: 1 };
    let half = Duration::from_millis(500);
    if timeout(half, tea(cup)).await.is_err() {
        println!("main: no time for tea");
    }
    println!("main: done");
}
