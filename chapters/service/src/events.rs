//! News for clients that stay: server-sent events.
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::{Router, extract::State, routing::get};
use futures::{Stream, StreamExt};
use std::convert::Infallible;
use tokio::sync::broadcast;
use tokio_stream::wrappers::BroadcastStream;

/// The orders that are brewed, as they are.
pub fn routes(news: broadcast::Sender<i64>) -> Router {
    Router::new().route("/events", get(events)).with_state(news)
}

async fn events(
    State(news): State<broadcast::Sender<i64>>,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let news = BroadcastStream::new(news.subscribe()).map(|news| {
        Ok(match news {
            Ok(order) => {
                Event::default().event("brewed").data(order.to_string())
            }
            Err(missed) => {
                Event::default().event("missed").data(missed.to_string())
            }
        })
    });
    Sse::new(news).keep_alive(KeepAlive::default())
}
