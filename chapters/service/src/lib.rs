//! The parts of a tea shop's service, and what puts it under load.

pub mod balancer;
pub mod client;
pub mod counts;
pub mod database;
pub mod events;
pub mod kills;
pub mod kitchen;
pub mod limits;
pub mod load;
pub mod orders;
pub mod shutdown;
pub mod worker;

// What follows the clock names Tokio so, and can be compiled against another.
pub(crate) use ::tokio;

use axum::Router;
use std::future::IntoFuture;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::TcpListener;

/// Serves on a port of this machine that is free, until the program ends.
///
/// # Errors
/// Where no port is free.
pub async fn serve(service: Router) -> std::io::Result<SocketAddr> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let server = listener.local_addr()?;
    tokio::spawn(axum::serve(listener, service).into_future());
    Ok(server)
}

/// More than anything here takes, also on a machine that has other work.
pub const A_WHILE: Duration = Duration::from_secs(20);

/// Waits for so many milliseconds.
pub async fn pause(ms: u32) {
    tokio::time::sleep(Duration::from_millis(ms.into())).await;
}
