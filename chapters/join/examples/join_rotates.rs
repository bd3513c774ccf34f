//! Three guests sip three times. Watch who sips first in each round.
use tokio::task::yield_now;

async fn sips(guest: u32) {
    for round in 1..=3 {
        println!("round {round}: guest {guest}");
        yield_now().await;
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    println!("join!");
    tokio::join!(sips(1), sips(2), sips(3));
    println!("join! with biased");
    tokio::join!(biased; sips(1), sips(2), sips(3));
}
