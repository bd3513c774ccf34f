//! Four teas, of which two are never poured. Watch where the crosses are.

use std::time::Duration;

use timeline::LaneExt;
use tokio::time::sleep;

/// Makes the teas 1 to 4.
pub async fn evening<F: Future<Output = ()>>(tea: impl Fn(u32) -> F) {
    tokio::join!(tea(1), tea(2), tea(3), tea(4));
}

async fn tea(n: u32) {
    println!("tea {n}: kettle on");
    let ms = [300, 900, 200, 900][n as usize - 1];
    sleep(Duration::from_millis(ms)).await;
    println!("tea {n}: poured");
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    evening(|n| tea(n).lane(format!("tea {n}"))).await;
}

#[cfg(test)]
#[path = "../../../chapters/cancellation/exercises/two_crosses/tests.rs"]
mod tests;
