//! A load balancer: it has two instances, and asks the first if it's ready.
use crate::{client::Client, pause};
use anyhow::{Result, ensure};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

/// Says for each request where it goes: to the first as long as that says
/// that it is ready, and then to the second.
pub fn route(
    first: SocketAddr,
    second: SocketAddr,
) -> Arc<dyn Fn() -> SocketAddr + Send + Sync> {
    let over = Arc::new(AtomicBool::new(false));
    tokio::spawn({
        let over = over.clone();
        async move {
            while is_ready(first).await.is_ok() {
                pause(20).await;
            }
            over.store(true, Relaxed);
        }
    });
    Arc::new(move || if over.load(Relaxed) { second } else { first })
}

async fn is_ready(instance: SocketAddr) -> Result<()> {
    let mut client = Client::connect(instance).await?;
    let reply = client.get("/ready").await?;
    ensure!(reply.status.is_success(), "{}", reply.status);
    Ok(())
}
