//! Two kettles, and a guest every 20 ms. Watch how long each guest waits.
use axum::{Router, extract::Path, extract::State, routing::post};
use service::{client::Client, pause, serve};
use std::net::SocketAddr;
use std::sync::Arc;
use timeline::LaneExt;
use tokio::{sync::Semaphore, task::JoinSet};

#[timeline::lane("tea {n}")]
async fn tea(n: u32, kettles: Arc<Semaphore>) {
    let kettle = kettles.acquire().waits_for("a kettle").await;
    let _kettle = kettle.expect("it is never closed");
    pause(80).await;
}

async fn brew(State(kettles): State<Arc<Semaphore>>, Path(n): Path<u32>) {
    tea(n, kettles).await;
}

async fn guest(server: SocketAddr, n: u32) -> anyhow::Result<()> {
    let mut client = Client::connect(server).await?;
    let answer = client.post(&format!("/tea/{n}"), "").await?;
    println!("guest {n}: {}", answer.status);
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let kettles = Arc::new(Semaphore::new(2));
    let service = Router::new().route("/tea/{n}", post(brew));
    let service = service.with_state(kettles);
    let server = serve(service).await?;
    let mut guests = JoinSet::new();
    for n in 1..=14 {
        guests.spawn(guest(server, n));
        pause(20).await;
    }
    guests.join_all().await.into_iter().collect()
}
