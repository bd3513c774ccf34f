//! Orders are taken, read and reported, and stand in the database.
use axum::Router;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use sqlx::{Row, SqlitePool, query};

/// What can be asked of orders.
pub fn routes(db: SqlitePool) -> Router {
    Router::new()
        .route("/orders", post(take))
        .route("/orders/{id}", get(read))
        .route("/report", get(report))
        .with_state(db)
}

// part: take
/// Stores the order, and only then promises it by its number. With a key
/// that was there before, it is the number of that order.
async fn take(
    State(db): State<SqlitePool>,
    headers: HeaderMap,
    tea: String,
) -> Result<Response, Failed> {
    let key = headers.get("idempotency-key").map(HeaderValue::as_bytes);
    let key = key.map(String::from_utf8_lossy);
    let insert = query(
        "INSERT INTO orders (key, tea) VALUES (?, ?)
         ON CONFLICT (key) DO UPDATE SET key = excluded.key
         WHERE tea = excluded.tea RETURNING id",
    );
    let row = insert.bind(key).bind(tea).fetch_optional(&db).await?;
    let Some(row) = row else {
        return Ok((StatusCode::CONFLICT, "another order").into_response());
    };
    let id: i64 = row.get("id");
    tracing::info!(order = id, "promised");
    Ok((StatusCode::CREATED, id.to_string()).into_response())
}
// end: take

/// The order of this number, and how far it is.
///
/// # Errors
/// Where the database fails.
pub async fn read(
    State(db): State<SqlitePool>,
    Path(id): Path<i64>,
) -> Result<Response, Failed> {
    let select = query("SELECT tea, state FROM orders WHERE id = ?").bind(id);
    let Some(row) = select.fetch_optional(&db).await? else {
        return Ok(StatusCode::NOT_FOUND.into_response());
    };
    let (tea, state): (String, String) = (row.get("tea"), row.get("state"));
    Ok(format!("{tea}: {state}").into_response())
}

// part: report
async fn report(State(db): State<SqlitePool>) -> Result<String, Failed> {
    let count = query("SELECT count(*) FROM orders").fetch_one(&db).await?;
    let orders = count.get(0);
    let forecast = tokio::task::spawn_blocking(move || forecast(orders));
    Ok(forecast.await.expect("it does not panic").to_string())
}
// end: report

/// How many orders the next twenty million days bring, as the dice fall.
/// It computes for half a second or so.
#[must_use]
#[timeline::lane("forecast")]
pub fn forecast(orders: i64) -> i64 {
    let mut dice = fastrand::Rng::with_seed(7);
    (0..20_000_000).map(|_| dice.i64(0..=2 * orders)).sum()
}

/// The database has failed: the client hears a 500, and not why.
#[derive(Debug)]
pub struct Failed(sqlx::Error);

impl From<sqlx::Error> for Failed {
    fn from(error: sqlx::Error) -> Self {
        Self(error)
    }
}

impl IntoResponse for Failed {
    fn into_response(self) -> Response {
        tracing::error!(error = %self.0, "the database has failed");
        StatusCode::INTERNAL_SERVER_ERROR.into_response()
    }
}
