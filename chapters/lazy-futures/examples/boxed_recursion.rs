//! An async fn awaits itself, in a box. Watch the polls.
use std::time::Duration;
use tokio::time::sleep;

#[timeline::lane("round of {cups}")]
async fn round(cups: u32) {
    println!("round of {cups}: kettle on");
    sleep(Duration::from_secs(1)).await;
    if cups > 1 {
        Box::pin(round(cups - 1)).await;
    }
    println!("round of {cups}: done");
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    round(3).await;
}
