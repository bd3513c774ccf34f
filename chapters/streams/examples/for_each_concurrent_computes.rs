//! Two orders that compute, two threads with time. Watch who runs them.
use futures::{StreamExt, stream};
use std::{collections::HashSet, sync::Mutex, thread};

/// Keeps a core busy: counts the primes below 10,000, the slow way.
#[timeline::lane("price {n}")]
async fn price(n: u32) {
    let is_prime = |p: &u32| (2..*p).all(|d| p % d != 0);
    let primes = (2..10_000).filter(is_prime).count();
    println!("price {n}: {primes} primes");
    SEEN.lock().unwrap().push(thread::current().id());
}

static SEEN: Mutex<Vec<thread::ThreadId>> = Mutex::new(Vec::new());

#[tokio::main(worker_threads = 2)]
async fn main() {
    let orders = stream::iter(1..=2);
    orders.for_each_concurrent(2, price).await;
    let seen: HashSet<_> = SEEN.lock().unwrap().iter().copied().collect();
    println!("main: threads seen: {}", seen.len());
}
