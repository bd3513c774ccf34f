//! The guard that owns its span, held over an await in a task. Read the error.
use std::time::Duration;
use tokio::time::sleep;
use tracing::{info, info_span};

async fn order(id: u64) {
    let _entered = info_span!("order", id).entered();
    sleep(Duration::from_millis(100)).await;
    info!("poured");
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    tokio::spawn(order(1)).await.unwrap();
}
