//! Two teas, poured by an async closure. Watch the list.
use std::time::Duration;
use tokio::time::sleep;

async fn twice(mut serve: impl AsyncFnMut(u32)) {
    serve(1).await;
    serve(2).await;
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let mut served = Vec::new();
    twice(async |n| {
        sleep(Duration::from_secs(1)).await;
        served.push(n);
        println!("tea {n}: poured");
    })
    .await;
    println!("main: served {served:?}");
}
