//! One endpoint, its client, and a hundred of those. Count what is right.
use axum::extract::{Path, State};
use axum::routing::{get, post};
use axum::{Router, http::StatusCode};
use service::{client::Client, load};
use std::future::IntoFuture;
use std::sync::{Arc, Mutex};
use tokio::net::TcpListener;

type Orders = Arc<Mutex<Vec<String>>>;

async fn take(
    State(orders): State<Orders>,
    tea: String,
) -> (StatusCode, String) {
    let mut orders = orders.lock().unwrap();
    orders.push(tea);
    (StatusCode::CREATED, orders.len().to_string())
}

async fn read(
    State(orders): State<Orders>,
    Path(id): Path<usize>,
) -> Result<String, StatusCode> {
    let orders = orders.lock().unwrap();
    let order = id.checked_sub(1).and_then(|n| orders.get(n));
    order.cloned().ok_or(StatusCode::NOT_FOUND)
}

fn service() -> Router {
    Router::new()
        .route("/orders", post(take))
        .route("/orders/{id}", get(read))
        .with_state(Orders::default())
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let server = listener.local_addr()?;
    tokio::spawn(axum::serve(listener, service()).into_future());

    let mut client = Client::connect(server).await?;
    println!("{:?}", client.post("/orders", "oolong").await?);
    println!("{:?}", client.get("/orders/1").await?);
    println!("{:?}", client.get("/orders/7").await?);
    println!("{}", load::run(server).await);
    Ok(())
}
