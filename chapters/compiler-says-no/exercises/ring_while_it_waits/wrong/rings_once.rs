//! Without a loop nothing is moved twice, but it rings once.

use std::time::Duration;

use timeline::LaneExt;
use tokio::time::sleep;

pub async fn ring_while<F: Future>(
    future: F,
    mut ring: impl FnMut(),
) -> F::Output {
    let bell = async {
        sleep(Duration::from_secs(1)).await;
        ring();
        std::future::pending::<()>().await;
    };
    tokio::select! {
        biased;
        output = future => output,
        () = bell => unreachable!("the bell rings, and waits"),
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
