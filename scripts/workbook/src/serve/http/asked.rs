//! What is asked: a request's address and body, and what every answer is made from.

use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use axum::body::Body;
use axum::extract::Path;
use axum::extract::rejection::PathRejection;
use axum::http::StatusCode;
use futures::StreamExt;
use serde::de::DeserializeOwned;
use tokio_util::sync::CancellationToken;

use crate::model::problem::shown;
use crate::serve::class::Class;
use crate::serve::class::joined::Joined;
use crate::serve::http::gate::Gate;
use crate::serve::http::pages::Pages;
use crate::serve::live::run::Live;
use crate::serve::refusal::Refusal;

/// A sign of life on a stream of events, so that a connection that is lost is found out.
pub(crate) const SIGN_OF_LIFE: Duration = Duration::from_secs(5);

/// Bytes of a program that a reader may send.
pub(crate) const SOURCE_BYTES: usize = 256 << 10;
/// Bytes of a request: a program in JSON has at most two for one of its own, but for odd characters.
const BODY_BYTES: usize = 2 * SOURCE_BYTES + (16 << 10);
/// A longer request is not even read to its end.
const READ_BYTES: usize = 8 << 20;
/// Bytes of a request that says something of a class.
const SMALL_BYTES: usize = 4 << 10;
/// A request that takes longer to arrive is given up.
const BODY_WITHIN: Duration = Duration::from_secs(10);
/// What every answer is made from.
#[derive(Debug, Clone)]
pub(crate) struct Server {
    pub(crate) pages: Arc<Pages>,
    pub(crate) live: Arc<Live>,
    pub(crate) gate: Arc<Gate>,
    /// Once it is cancelled, no stream goes on.
    pub(crate) ending: CancellationToken,
    /// How many changes of files have been handled.
    pub(crate) handled: Arc<AtomicU64>,
    /// There where it is a teacher's.
    pub(crate) class: Option<Arc<Class>>,
    /// There where it is a learner's that has joined a class.
    pub(crate) joined: Option<Arc<Joined>>,
}

impl Server {
    /// Whether a reader may have a program run that is not the book's.
    pub(crate) fn edits(&self) -> bool {
        !self.gate.is_open() && self.class.is_none()
    }

    /// Whether some of its pages withhold something.
    pub(crate) fn has_room(&self) -> bool {
        self.class.is_some() || self.joined.is_some()
    }
}

/// A request's body, which says what is `wanted` where it does not.
pub(crate) async fn read_json<T: DeserializeOwned + Send + 'static>(
    body: Body,
    wanted: &str,
) -> Result<T, Refusal> {
    let body = read(body, BODY_BYTES).await?;
    let parse = move || serde_json::from_slice(&body);
    let parsed = tokio::task::spawn_blocking(parse).await;
    let parsed = parsed.expect("it does not panic");
    parsed.map_err(|error| not_understood(&error, wanted))
}

/// The same for a few words, of which there may be many: two hundred people choose at once.
pub(crate) async fn read_small_json<T: DeserializeOwned>(
    body: Body,
    wanted: &str,
) -> Result<T, Refusal> {
    let body = read(body, SMALL_BYTES).await?;
    serde_json::from_slice(&body).map_err(|error| not_understood(&error, wanted))
}

fn not_understood(error: &serde_json::Error, wanted: &str) -> Refusal {
    let words = error.to_string();
    let error = format!("the request is not understood: {}", shown(&words));
    Refusal::new(StatusCode::BAD_REQUEST, error, wanted)
}

pub(crate) fn too_long() -> Refusal {
    Refusal::new(
        StatusCode::PAYLOAD_TOO_LARGE,
        format!("a program has at most {} KiB", SOURCE_BYTES >> 10),
        "make it shorter",
    )
}

fn far_too_long() -> Refusal {
    let error = format!("the request has more than {} KiB", SMALL_BYTES >> 10);
    Refusal::new(
        StatusCode::PAYLOAD_TOO_LARGE,
        error,
        "send what is asked for, and no more",
    )
}

/// A request's body. One that is too long is read on for a while, or its sender would never hear why it is refused.
async fn read(body: Body, most: usize) -> Result<Vec<u8>, Refusal> {
    let reading = async {
        let mut parts = body.into_data_stream();
        let (mut bytes, mut read) = (Vec::new(), 0);
        while let Some(part) = parts.next().await {
            let part = part.map_err(|error| {
                let error = format!("failed to read the request: {error}");
                Refusal::new(StatusCode::BAD_REQUEST, error, "send it again")
            })?;
            read += part.len();
            if read > READ_BYTES {
                break;
            }
            if read <= most {
                bytes.extend_from_slice(&part);
            }
        }
        if read > most {
            return Err(if most < BODY_BYTES {
                far_too_long()
            } else {
                too_long()
            });
        }
        Ok(bytes)
    };
    tokio::time::timeout(BODY_WITHIN, reading)
        .await
        .unwrap_or_else(|_| {
            Err(Refusal::new(
                StatusCode::REQUEST_TIMEOUT,
                "the request did not arrive in time",
                "send it again",
            ))
        })
}

/// What stands in an address.
pub(crate) fn parts<T>(path: Result<Path<T>, PathRejection>) -> Result<T, Refusal> {
    let parts = path.map(|Path(parts)| parts);
    parts.map_err(|error| {
        let error = format!("the address is not understood: {}", error.body_text());
        Refusal::new(StatusCode::BAD_REQUEST, error, "write it in UTF-8")
    })
}
