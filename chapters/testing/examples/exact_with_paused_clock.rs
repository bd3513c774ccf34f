//! x
use paused::tokio;
use tokio::time::{Duration, Instant, sleep};
#[tokio::main(flavor = "current_thread", start_paused = true)]
async fn main() {
    let b = Instant::now();
    sleep(Duration::from_secs(3600)).await;
    println!("{:?}", b.elapsed());
}
