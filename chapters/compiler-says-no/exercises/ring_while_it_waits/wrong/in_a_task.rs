//! Spawns the future, and has a handle, which may be moved.

use std::time::Duration;

use timeline::LaneExt;
use tokio::time::sleep;

pub async fn ring_while<F>(future: F, mut ring: impl FnMut()) -> F::Output
where
    F: Future<Output: Send> + Send + 'static,
{
    let mut task = tokio::spawn(future);
    loop {
        tokio::select! {
            biased;
            output = &mut task => return output.unwrap(),
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
