//! Four guests want a rate, and the bank is busy at first. Watch who asks it.
use std::time::Duration;
use timeline::LaneExt;
use tokio::{sync::OnceCell, time::sleep};

/// Asks the bank, on behalf of a guest. It has no time for the first two.
#[timeline::lane("fetch for {n}")]
async fn fetch(n: u32) -> Result<u32, &'static str> {
    println!("guest {n}: asks the bank");
    sleep(Duration::from_millis(200)).await;
    if n <= 2 { Err("it is busy") } else { Ok(162) }
}

#[timeline::lane("guest {n}")]
async fn guest(n: u32, known: &OnceCell<u32>) {
    let rate = known.get_or_try_init(|| fetch(n));
    match rate.waits_for("the rate").await {
        Ok(rate) => println!("guest {n}: a rate of {rate}"),
        Err(why) => println!("guest {n}: no rate, {why}"),
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let known = OnceCell::new();
    tokio::join!(
        guest(1, &known),
        guest(2, &known),
        guest(3, &known),
        guest(4, &known),
    );
}
