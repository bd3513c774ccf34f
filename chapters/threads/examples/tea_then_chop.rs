//! A tea and some chopping. Watch the clock, and the processor.
use std::{thread, time::Duration};

#[timeline::lane("tea")]
fn tea() {
    println!("tea: kettle on");
    thread::sleep(Duration::from_secs(1));
    println!("tea: poured");
}

/// Keeps a core busy: counts the primes below 10,000, the slow way.
#[timeline::lane("chop")]
fn chop() {
    println!("chop: start");
    let is_prime = |p: &u32| (2..*p).all(|d| p % d != 0);
    let primes = (2..10_000).filter(is_prime).count();
    println!("chop: done, {primes} primes");
}

fn main() {
    tea();
    chop();
}
