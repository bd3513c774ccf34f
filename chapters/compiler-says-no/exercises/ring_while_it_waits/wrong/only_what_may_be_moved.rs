//! As the compiler proposes elsewhere: asks for a future that may be moved.

use std::time::Duration;

use timeline::LaneExt;
use tokio::time::sleep;

pub async fn ring_while<F: Future + Unpin>(
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
