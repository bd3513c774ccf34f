//! The receipt and the stock take the span along. Watch which lines have its id.
use tokio::task::spawn_blocking;
use tracing::{Instrument, Span, info, instrument};

async fn send_receipt() {
    info!("receipt sent");
}

fn count_stock() {
    info!("stock counted");
}

#[instrument]
async fn order(id: u32) {
    info!("begun");
    tokio::spawn(send_receipt().in_current_span())
        .await
        .unwrap();
    let span = Span::current();
    spawn_blocking(move || span.in_scope(count_stock))
        .await
        .unwrap();
    info!("done");
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    tracing_subscriber::fmt()
        .without_time()
        .with_ansi(false)
        .with_target(false)
        .init();
    order(1).await;
    order(2).await;
}
