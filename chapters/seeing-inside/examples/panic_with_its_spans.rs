//! A panic in a task, and spans. Watch what the log says of it.
use std::time::Duration;
use tokio::time::sleep;
use tracing::{Instrument, error, info, instrument};

fn price(cups: usize) -> u32 {
    [0, 300, 550][cups]
}

#[instrument]
async fn bill(cups: usize) -> u32 {
    sleep(Duration::from_millis(10)).await;
    price(cups)
}

#[instrument]
async fn order(cups: usize) -> u32 {
    let total = bill(cups).await;
    total + 50
}

#[instrument]
async fn guest(id: u32) {
    let order = tokio::spawn(order(3).in_current_span());
    let total = order.await.ok();
    info!("pays {total:?}");
}

#[tokio::main]
async fn main() {
    tracing_subscriber::fmt()
        .without_time()
        .with_ansi(false)
        .with_target(false)
        .init();
    std::panic::set_hook(Box::new(|panic| error!("{panic}")));
    guest(7).await;
}
