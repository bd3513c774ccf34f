//! Two orders at once, in one log. Watch which line belongs to whom.
use std::time::Duration;
use tokio::time::sleep;
use tracing::info;

async fn boil(ms: u64) {
    info!("kettle on");
    sleep(Duration::from_millis(ms)).await;
}

async fn order(id: u64) {
    boil(300 * id).await;
    info!("poured");
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    tracing_subscriber::fmt()
        .without_time()
        .with_ansi(false)
        .with_target(false)
        .init();
    tokio::join!(order(1), order(2));
}
