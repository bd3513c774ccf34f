//! Ten chops in the kitchen, a tea here and a tea there. Watch the two teas.
use std::time::{Duration, Instant};
use tokio::{runtime::Builder, time::sleep};

/// Waits a tenth of a second, and says how long it took.
#[timeline::lane("tea {place}")]
async fn tea(place: &'static str, ordered: Instant) {
    sleep(Duration::from_millis(100)).await;
    println!("tea {place}: {} ms", ordered.elapsed().as_millis());
}

/// Keeps a core busy: counts the primes below 10,000, the slow way.
#[timeline::lane("chop {n}")]
fn chop(n: u32) {
    println!("chop {n}: start");
    let is_prime = |p: &u32| (2..*p).all(|d| p % d != 0);
    let primes = (2..10_000).filter(is_prime).count();
    println!("chop {n}: done, {primes} primes");
}

fn main() {
    let kitchen = Builder::new_multi_thread()
        .worker_threads(2)
        .enable_time()
        .build()
        .unwrap();
    let bar = Builder::new_current_thread().enable_time().build().unwrap();
    for n in 1..=10 {
        kitchen.spawn(async move { chop(n) });
    }
    let ordered = Instant::now();
    let one = kitchen.spawn(tea("in the kitchen", ordered));
    let other = bar.spawn(tea("at the bar", ordered));
    bar.block_on(async {
        one.await.unwrap();
        other.await.unwrap();
    });
}
