//! Two teas, poured by what a closure returns. Watch what the compiler says.
use std::time::Duration;
use tokio::time::sleep;

async fn twice<F>(mut serve: impl FnMut(u32) -> F)
where
    F: Future<Output = ()>,
{
    serve(1).await;
    serve(2).await;
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let mut served = Vec::new();
    twice(|n| async move {
        sleep(Duration::from_secs(1)).await;
        served.push(n); // Oops!
        println!("tea {n}: poured");
    })
    .await;
}
