//! A report while orders come in. Watch how long five clients wait.
use axum::extract::{Path, State};
use axum::routing::{get, post};
use axum::{Router, http::StatusCode};
use service::{client::Client, database, load, orders::Failed};
use service::{orders::forecast, pause};
use sqlx::{Row, SqlitePool, query};
use std::future::IntoFuture;
use std::net::SocketAddr;
use timeline::LaneExt;
use tokio::{net::TcpListener, task::JoinSet};

async fn take(
    State(db): State<SqlitePool>,
    tea: String,
) -> Result<(StatusCode, String), Failed> {
    let insert = query("INSERT INTO orders (tea) VALUES (?) RETURNING id");
    let id: i64 = insert.bind(tea).fetch_one(&db).await?.get("id");
    Ok((StatusCode::CREATED, id.to_string()))
}

async fn read(
    State(db): State<SqlitePool>,
    Path(id): Path<i64>,
) -> Result<Result<String, StatusCode>, Failed> {
    let select = query("SELECT tea FROM orders WHERE id = ?").bind(id);
    let row = select.fetch_optional(&db).await?;
    Ok(row.map(|row| row.get("tea")).ok_or(StatusCode::NOT_FOUND))
}

#[timeline::lane("report")]
async fn report(State(db): State<SqlitePool>) -> Result<String, Failed> {
    let count = query("SELECT count(*) FROM orders").fetch_one(&db).await?;
    Ok(forecast(count.get(0)).to_string())
}

fn service(db: SqlitePool) -> Router {
    Router::new()
        .route("/orders", post(take))
        .route("/orders/{id}", get(read))
        .route("/report", get(report))
        .with_state(db)
}

async fn guest(n: u32, server: SocketAddr) -> anyhow::Result<()> {
    let mut client = Client::connect(server).await?;
    pause(60 * n).await; // one after another, and the report is second
    let answer = match n {
        2 => client.get("/report").await?,
        _ => client.post("/orders", "oolong").await?,
    };
    println!("guest {n}: {}", answer.body);
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let db = database::open(folder.path()).await?;
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let server = listener.local_addr()?;
    tokio::spawn(axum::serve(listener, service(db)).into_future());
    let mut guests = JoinSet::new();
    for n in 1..=5 {
        guests.spawn(guest(n, server).lane(format!("guest {n}")));
    }
    guests.join_all().await;
    println!("{}", load::run(server).await);
    Ok(())
}
