//! Guest 1 asks first, and has no patience. Watch what guests 2 and 3 get.
use std::time::Duration;
use timeline::LaneExt;
use tokio::sync::OnceCell;
use tokio::time::{sleep, timeout};

const TENTH: Duration = Duration::from_millis(100);

/// Asks the bank, on behalf of a guest.
#[timeline::lane("fetch for {n}")]
async fn fetch(n: u32) -> u32 {
    println!("guest {n}: asks the bank");
    sleep(4 * TENTH).await;
    162
}

#[timeline::lane("guest {n}")]
async fn guest(n: u32, patience: Duration, known: &OnceCell<u32>) {
    let rate = known.get_or_init(|| fetch(n));
    match timeout(patience, rate.waits_for("the rate")).await {
        Ok(rate) => println!("guest {n}: a rate of {rate}"),
        Err(_) => println!("guest {n}: leaves"),
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let known = OnceCell::new();
    let one = guest(1, 2 * TENTH, &known);
    let two = async {
        sleep(TENTH / 2).await;
        guest(2, 20 * TENTH, &known).await;
    };
    let three = async {
        sleep(TENTH).await;
        guest(3, 20 * TENTH, &known).await;
    };
    tokio::join!(one, two, three);
}
