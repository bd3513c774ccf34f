//! Limits: how many requests at once, how long each, and how large.
use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::{StatusCode, header::RETRY_AFTER};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use std::sync::Arc;
use std::time::Duration;
use tokio::{sync::Semaphore, time::timeout};

/// How many requests may be under way, and for how long each.
#[derive(Debug, Clone)]
struct Limits {
    places: Arc<Semaphore>,
    time: Duration,
}

async fn limit(
    State(limits): State<Limits>,
    request: Request,
    next: Next,
) -> Response {
    let Ok(_place) = limits.places.try_acquire() else {
        return busy(); // at once: nobody waits for a place
    };
    match timeout(limits.time, next.run(request)).await {
        Ok(response) => response,
        Err(_) => busy(), // the handler has been dropped
    }
}

fn busy() -> Response {
    (StatusCode::SERVICE_UNAVAILABLE, [(RETRY_AFTER, "1")]).into_response()
}

/// The same service with limits around it.
pub fn limited(service: Router, places: usize, time: Duration) -> Router {
    let limits = Limits {
        places: Arc::new(Semaphore::new(places)),
        time,
    };
    service
        .layer(DefaultBodyLimit::max(16 * 1024))
        .layer(from_fn_with_state(limits, limit))
}
