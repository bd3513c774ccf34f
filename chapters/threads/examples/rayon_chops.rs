//! Ten chops, which compute, on four threads. Watch the order, and the CPU.
use rayon::prelude::*;

/// Keeps a core busy: counts the primes below 10,000, the slow way.
#[timeline::lane("chop {n}")]
fn chop(n: u32) {
    println!("chop {n}: start");
    let is_prime = |p: &u32| (2..*p).all(|d| p % d != 0);
    let primes = (2..10_000).filter(is_prime).count();
    println!("chop {n}: done, {primes} primes");
}

fn main() {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(4);
    pool.build_global().unwrap();
    (1..=10).into_par_iter().for_each(chop);
}
