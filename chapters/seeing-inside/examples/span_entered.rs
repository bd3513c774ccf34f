//! Each order enters a span of its own. Watch which order is poured.
use std::time::Duration;
use tokio::time::sleep;
use tracing::{info, info_span};

async fn boil(ms: u64) {
    info!("kettle on");
    sleep(Duration::from_millis(ms)).await;
}

async fn order(id: u64) {
    let span = info_span!("order", id);
    let _entered = span.enter();
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
