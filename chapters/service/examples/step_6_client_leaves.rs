//! The client leaves in the middle of a transaction. Count the orders.
use axum::{Router, extract::State, http::StatusCode, routing::post};
use service::{client::Client, database, load, orders};
use service::{orders::Failed, pause, serve};
use sqlx::{Row, SqlitePool, query};
use std::time::Duration;
use timeline::LaneExt;
use tokio::time::timeout;

async fn paid(db: SqlitePool, tea: String) -> Result<StatusCode, Failed> {
    let mut order = db.begin().await?;
    let insert = query("INSERT INTO orders (tea) VALUES (?)").bind(&tea);
    insert.execute(&mut *order).await?;
    println!("{tea}: inserted");
    pause(300).await; // the bank thinks
    order.commit().await?;
    println!("{tea}: committed");
    Ok(StatusCode::CREATED)
}

async fn take(
    State(db): State<SqlitePool>,
    tea: String,
) -> Result<StatusCode, Failed> {
    let lane = tea.clone();
    paid(db, tea).lane(lane).await
}

async fn client(
    server: std::net::SocketAddr,
    tea: &'static str,
    patience: u64,
) -> anyhow::Result<()> {
    let mut client = Client::connect(server).await?;
    let answer = client.post("/paid", tea);
    let answer = timeout(Duration::from_millis(patience), answer).await;
    println!("client: an answer for {tea}? {}", answer.is_ok());
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let db = database::open(folder.path()).await?;
    let routes = Router::new().route("/paid", post(take));
    let routes = routes
        .with_state(db.clone())
        .merge(orders::routes(db.clone()));
    let server = serve(routes).await?;
    client(server, "oolong", 100).lane("client 1").await?;
    client(server, "sencha", 5000).lane("client 2").await?;
    for row in query("SELECT tea FROM orders").fetch_all(&db).await? {
        println!("stored: {}", row.get::<String, _>("tea"));
    }
    println!("{}", load::run(server).await);
    Ok(())
}
