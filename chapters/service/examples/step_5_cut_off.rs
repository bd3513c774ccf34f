//! Ctrl-C for one of two instances, under load. Count what breaks.
use axum::{Router, extract::Path, http::StatusCode, routing::get};
use service::shutdown::Ready;
use service::{A_WHILE, balancer, client::Client, database, load, orders};
use service::{pause, serve};
use std::future::IntoFuture;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use timeline::LaneExt;
use tokio::{net::TcpListener, runtime::Runtime, signal, time::timeout};

fn service(db: sqlx::SqlitePool, ready: Arc<Ready>) -> Router {
    let is_ready = move || async move {
        match ready.get() {
            true => StatusCode::OK,
            false => StatusCode::SERVICE_UNAVAILABLE,
        }
    };
    orders::routes(db)
        .route("/ready", get(is_ready))
        .route("/slow/{ms}", get(|Path(ms)| pause(ms)))
}

async fn slow(server: SocketAddr, ms: u32) -> anyhow::Result<()> {
    pause(500).await;
    let mut client = Client::connect(server).await?;
    let answer = client.get(&format!("/slow/{ms}")).await;
    println!("slow request, {ms} ms: answered? {}", answer.is_ok());
    Ok(())
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let told = tokio::spawn(timeout(A_WHILE, signal::ctrl_c()));
    let folder = tempfile::tempdir()?;
    let db = database::open(folder.path()).await?;
    let ready = Arc::new(Ready::default());
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let a = listener.local_addr()?;
    let process = Runtime::new()?; // A's own, as if it were a process
    let server = axum::serve(listener, service(db.clone(), ready.clone()));
    process.spawn(server.into_future());
    let b = serve(service(db, Arc::default())).await?;

    let route = balancer::route(a, b);
    let load = load::run_slowly(route, Duration::from_millis(250));
    let load = tokio::spawn(load);
    let slow_ones = tokio::spawn(async move {
        let (quick, long) = (slow(a, 800), slow(a, 20_000));
        tokio::join!(quick.lane("800 ms"), long.lane("20 s"))
    });
    told.await???;
    println!("A: is told to stop");
    process.shutdown_background(); // A's process is over
    println!("A: is over");
    let (quick, long) = slow_ones.await?;
    quick.and(long)?;
    println!("{}", load.await?);
    Ok(())
}
