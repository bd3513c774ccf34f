//! A thread that computes. Watch how much of its time it works.
use std::thread;

/// Keeps a core busy: counts the primes below 10,000, the slow way.
#[timeline::lane("chop {n}")]
fn chop(n: u32) {
    println!("chop {n}: start");
    let is_prime = |p: &u32| (2..*p).all(|d| p % d != 0);
    let primes = (2..10_000).filter(is_prime).count();
    println!("chop {n}: done, {primes} primes");
}

fn kitchen() {
    for n in 1..=6 {
        chop(n);
    }
}

fn main() {
    thread::spawn(kitchen).join().unwrap();
}
