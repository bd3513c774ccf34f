//! Three chops, a task each, and four threads that are free. Watch the order.
use tokio::spawn;

/// Keeps a core busy: counts the primes below 10,000, the slow way.
#[timeline::lane("chop {n}")]
async fn chop(n: u32) {
    println!("chop {n}: start");
    let is_prime = |p: &u32| (2..*p).all(|d| p % d != 0);
    let primes = (2..10_000).filter(is_prime).count();
    println!("chop {n}: done, {primes} primes");
}

#[tokio::main(worker_threads = 4)]
async fn main() {
    let chops = [spawn(chop(1)), spawn(chop(2)), spawn(chop(3))];
    for chop in chops {
        chop.await.unwrap();
    }
}
