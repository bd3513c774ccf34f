//! An async fn awaits itself. Watch what the compiler says.
use std::time::Duration;
use tokio::time::sleep;

async fn round(cups: u32) {
    println!("round of {cups}: kettle on");
    sleep(Duration::from_secs(1)).await;
    if cups > 1 {
        round(cups - 1).await; // Oops!
    }
    println!("round of {cups}: done");
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    round(3).await;
}
