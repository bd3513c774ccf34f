//! A customer waits for half a second. Watch for how long somebody works.
use anyhow::Result;
use std::time::Duration;
use tokio::time::{Instant, sleep, timeout_at};

const TENTH: Duration = Duration::from_millis(100);

#[timeline::lane("{name}")]
async fn ask(name: &str) {
    sleep(2 * TENTH).await;
    println!("{name}: done");
}

#[timeline::lane("order")]
async fn order(deadline: Instant) -> Result<()> {
    for name in ["stock", "card", "parcel"] {
        timeout_at(deadline, ask(name)).await?;
    }
    Ok(())
}

#[timeline::lane("customer")]
async fn customer() {
    sleep(5 * TENTH).await;
    println!("customer: leaves");
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let deadline = Instant::now() + 5 * TENTH;
    let (ended, ()) = tokio::join!(order(deadline), customer());
    match ended {
        Ok(()) => println!("order: complete"),
        Err(e) => println!("order: {e}"),
    }
}
