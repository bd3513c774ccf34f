//! A price is kept for a minute. Watch what is left of it after two.
use paused::tokio; // its clock can be paused
use std::time::{Duration, Instant};
use tokio::time::sleep;

struct Kept {
    price: u32,
    since: Instant,
}

impl Kept {
    fn price(&self) -> Option<u32> {
        let fresh = self.since.elapsed() < Duration::from_secs(60);
        fresh.then_some(self.price)
    }
}

#[tokio::main(flavor = "current_thread", start_paused = true)]
async fn main() {
    let kept = Kept {
        price: 300,
        since: Instant::now(),
    };
    println!("at once: {:?}", kept.price());
    sleep(Duration::from_secs(120)).await;
    println!("after two minutes: {:?}", kept.price());
}
