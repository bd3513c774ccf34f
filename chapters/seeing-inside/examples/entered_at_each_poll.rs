//! Two orders, and a log that shows more. Watch when a span is entered.
use std::time::Duration;
use tokio::time::sleep;
use tracing::{info, instrument};
use tracing_subscriber::fmt::format::FmtSpan;

async fn boil(ms: u64) {
    info!("kettle on");
    sleep(Duration::from_millis(ms)).await;
}

#[instrument]
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
        .with_span_events(FmtSpan::ACTIVE)
        .init();
    tokio::join!(order(1), order(2));
}
