//! Awaits the future first, and then rings for the time that it took.

use std::time::Duration;

use timeline::LaneExt;
use tokio::time::sleep;

pub async fn ring_while<F: Future>(
    future: F,
    mut ring: impl FnMut(),
) -> F::Output {
    let start = tokio::time::Instant::now();
    let output = future.await;
    for _ in 0..start.elapsed().as_secs() {
        ring();
    }
    output
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let parcel = async {
        sleep(Duration::from_millis(2_500)).await;
        "a parcel"
    };
    let what = ring_while(parcel.lane("parcel"), || println!("ring")).await;
    println!("here is {what}");
}
