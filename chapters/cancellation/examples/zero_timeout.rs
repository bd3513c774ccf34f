//! Three futures have no time at all. Watch which of them finish.
use std::time::Duration;
use tokio::time::{sleep, timeout};

#[timeline::lane("milk {n}")]
async fn milk(n: u32) {
    println!("milk {n}: poured");
}

#[timeline::lane("tea {n}")]
async fn tea(n: u32) {
    println!("tea {n}: kettle on");
    sleep(Duration::from_secs(1)).await;
    println!("tea {n}: poured");
}

/// Keeps a core busy: counts the primes below 10,000, the slow way.
#[timeline::lane("chop {n}")]
async fn chop(n: u32) {
    println!("chop {n}: start");
    let is_prime = |p: &u32| (2..*p).all(|d| p % d != 0);
    let primes = (2..10_000).filter(is_prime).count();
    println!("chop {n}: done, {primes} primes");
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    println!("main: {:?}", timeout(Duration::ZERO, milk(1)).await);
    println!("main: {:?}", timeout(Duration::ZERO, tea(2)).await);
    println!("main: {:?}", timeout(Duration::ZERO, chop(3)).await);
}
