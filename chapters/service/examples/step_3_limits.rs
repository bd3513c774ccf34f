//! 32 requests at a time, a second each. Watch who is turned away.
use service::{client::Client, database, limits::limited, load, orders};
use service::{pause, serve};
use std::time::Duration;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let db = database::open(folder.path()).await?;
    let slow = axum::Router::new()
        .route("/slow", axum::routing::get(|| pause(60_000)));
    let service = orders::routes(db).merge(slow);
    let service = limited(service, 32, Duration::from_secs(1));
    let server = serve(service).await?;

    let mut client = Client::connect(server).await?;
    let large = client.post("/orders", "tea ".repeat(10_000)).await?;
    println!("40,000 bytes: {}", large.status);
    let slow = client.get("/slow").await?;
    println!("a minute: {}", slow.status);
    println!("{}", load::run(server).await);
    Ok(())
}
