//! A parcel goes by bike or by van. Read the error.
use std::time::Duration;
use tokio::time::{sleep, timeout};

async fn by_bike() -> &'static str {
    sleep(Duration::from_millis(100)).await;
    "bike"
}

async fn by_van() -> &'static str {
    sleep(Duration::from_millis(200)).await;
    "van"
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    for express in [true, false] {
        let trip = match express {
            true => by_bike(),
            false => by_van(),
        };
        let how = timeout(Duration::from_secs(1), trip).await.unwrap();
        println!("parcel: by {how}");
    }
}
