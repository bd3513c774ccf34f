//! The cup stays with `main`. Watch when it is washed.
use std::time::Duration;
use tokio::time::{sleep, timeout};

struct Cup {
    n: u32,
}

#[timeline::lane("wash {}", cup.n)]
async fn wash(cup: Cup) {
    println!("cup {}: in the sink", cup.n);
    sleep(Duration::from_millis(500)).await;
    println!("cup {}: clean", cup.n);
}

#[timeline::lane("tea {}", cup.n)]
async fn tea(cup: &Cup) {
    println!("tea {}: kettle on", cup.n);
    sleep(Duration::from_secs(1)).await;
    println!("tea {}: poured", cup.n);
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let cup = Cup { n: 1 };
    let half = Duration::from_millis(500);
    if timeout(half, tea(&cup)).await.is_err() {
        println!("main: no time for tea");
    }
    wash(cup).await; // in either case
    println!("main: done");
}
