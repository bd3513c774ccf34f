//! A service that is killed a hundred times. Count what was promised and
//! lost.
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::routing::{get, post};
use service::orders::{self, Failed};
use service::worker::{self, Worker};
use service::{database, kills, pause, serve};
use sqlx::{Row, SqlitePool, query};
use std::{env::args, path::Path};
use tokio::sync::broadcast;
use tokio_util::sync::CancellationToken;

async fn take(
    State(db): State<SqlitePool>,
    headers: HeaderMap,
    tea: String,
) -> Result<(StatusCode, String), Failed> {
    let key = headers.get("idempotency-key").map(HeaderValue::as_bytes);
    let insert = query(
        "INSERT INTO orders (key, tea) VALUES (?, ?)
         ON CONFLICT (key) DO UPDATE SET key = key RETURNING id",
    );
    let insert = insert.bind(key.map(String::from_utf8_lossy)).bind(tea);
    let mut order = db.begin().await?;
    let id: i64 = insert.fetch_one(&mut *order).await?.get("id");
    tokio::spawn(order.commit());
    Ok((StatusCode::CREATED, id.to_string()))
}

/// The service, until it is killed.
async fn service(folder: &str, kitchen: &str) -> anyhow::Result<()> {
    let db = database::open(Path::new(folder)).await?;
    worker::recover(&db).await?;
    let (kitchen, (news, _)) = (kitchen.parse()?, broadcast::channel(16));
    let worker = Worker {
        db: db.clone(),
        kitchen,
        news,
    };
    for _ in 0..2 {
        tokio::spawn(worker.clone().run(CancellationToken::new()));
    }
    let service = axum::Router::new()
        .route("/orders", post(take))
        .route("/orders/{id}", get(orders::read));
    println!("{}", serve(service.with_state(db)).await?);
    pause(30_000).await; // nobody lives for so long here
    Ok(())
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let (folder, kitchen) = (args().nth(1), args().nth(2));
    match folder.zip(kitchen) {
        Some((folder, kitchen)) => service(&folder, &kitchen).await,
        None => kills::run(100).await,
    }
}
