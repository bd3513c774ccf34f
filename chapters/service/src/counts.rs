//! A number for each request, and a count for each outcome.
use axum::Router;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex};
use tracing::{Instrument, info_span};

/// How many requests ended in which way.
#[derive(Debug, Clone, Default)]
pub struct Counts {
    requests: Arc<AtomicU64>,
    outcomes: Arc<Mutex<BTreeMap<String, u32>>>,
}

// part: counted
/// A request that is under way. It is counted when this is dropped.
struct UnderWay {
    counts: Counts,
    kind: String,
    status: Option<StatusCode>,
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        let end = self.status.as_ref().map_or("left", StatusCode::as_str);
        let outcome = format!("{} {end}", self.kind);
        let mut outcomes = self.counts.outcomes.lock().unwrap();
        *outcomes.entry(outcome).or_default() += 1;
    }
}

async fn count(
    State(counts): State<Counts>,
    request: Request,
    next: Next,
) -> Response {
    let id = counts.requests.fetch_add(1, Relaxed) + 1;
    let kind = request.method().to_string();
    let span = info_span!("request", id, path = request.uri().path());
    let mut this = UnderWay {
        counts,
        kind,
        status: None,
    };
    let response = next.run(request).instrument(span).await;
    this.status = Some(response.status());
    response
}

/// The same service, with each of its requests numbered and counted.
pub fn counted(service: Router, counts: Counts) -> Router {
    service.layer(from_fn_with_state(counts, count))
}
// end: counted

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (outcome, requests) in &*self.outcomes.lock().unwrap() {
            writeln!(f, "{outcome}: {requests}")?;
        }
        Ok(())
    }
}
