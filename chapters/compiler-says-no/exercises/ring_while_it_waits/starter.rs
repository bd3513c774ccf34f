//! A parcel, and a bell that rings until it comes. Watch who waits for whom.

use std::time::Duration;

use timeline::LaneExt;
use tokio::time::sleep;

/// Rings each second while the future is pending, and gives what it brings.
pub async fn ring_while<F: Future>(
    mut future: F,
    mut ring: impl FnMut(),
) -> F::Output {
    loop {
        tokio::select! {
            biased;
            output = &mut future => return output,
            () = sleep(Duration::from_secs(1)) => ring(),
        }
    }
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

#[cfg(test)]
#[path = "../../../chapters/compiler-says-no/exercises/ring_while_it_waits/tests.rs"]
mod tests;
