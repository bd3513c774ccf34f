//! What a page can ask for: the book's state, a program's text, and a run.

use std::convert::Infallible;
use std::sync::atomic::Ordering;
use std::time::Duration;

use axum::Router;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, Request, State};
use axum::http::{Method, StatusCode, header};
use axum::middleware;
use axum::response::sse::{self, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, delete, get, post};
use futures::{Stream, StreamExt};
use serde::Deserialize;
use serde_json::json;

use crate::model::problem::shown;
use crate::serve::http::asked::{SOURCE_BYTES, Server, parts, read_json, too_long};
use crate::serve::http::exercises;
use crate::serve::http::gate;
use crate::serve::http::pages::RELOAD;
use crate::serve::live::registry::{NotTold, Phase};
use crate::serve::live::run::Wanted;
use crate::serve::refusal::Refusal;
use crate::site::listing;

/// Where a page hears that it has changed.
pub(crate) const RELOADS: &str = "/api/reload";
/// A sign of life, so that a connection that is lost is found out.
const SIGN_OF_LIFE: Duration = Duration::from_secs(5);

/// Says to a page that it is served, and that programs run here. It tells no secret.
const IS_LIVE: &str = "<meta name=\"workbook-server\" content=\"live\">\n";

pub(crate) fn router(server: Server) -> Router {
    let gate = server.gate.clone();
    Router::new()
        .route("/api/health", get(health))
        .route(RELOADS, get(reloads))
        .route("/api/reload.js", get(reload_script))
        .route("/api/source/{chapter}/{name}", get(source))
        .route("/api/runs", post(begin))
        .route("/api/runs/{id}", delete(stop))
        // To ask for the head alone must not take the stream from who reads it.
        .route("/api/runs/{id}/events", get(events).head(not_so))
        .merge(exercises::routes())
        .route("/api", any(nothing))
        .route("/api/", any(nothing))
        .route("/api/{*rest}", any(nothing))
        .method_not_allowed_fallback(not_so)
        .fallback(page)
        .layer(middleware::from_fn_with_state(gate, gate::keep))
        .with_state(server)
}

async fn page(State(server): State<Server>, request: Request) -> Response {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return not_so(request).await.into_response();
    }
    server.pages.answer(request, IS_LIVE).await
}

async fn reloads(
    State(server): State<Server>,
) -> Sse<impl Stream<Item = Result<sse::Event, Infallible>>> {
    server.pages.reloads(server.ending)
}

async fn reload_script() -> impl IntoResponse {
    let kind = [(header::CONTENT_TYPE, "text/javascript; charset=utf-8")];
    (kind, RELOAD)
}

async fn health(State(server): State<Server>) -> Response {
    let live = &server.live;
    let progress = live.builds.progress();
    json_of(&json!({
        "ok": true,
        "version": env!("CARGO_PKG_VERSION"),
        "edits": !server.gate.is_open(),
        "slots": live.queue.slots(),
        "running": live.runs.count(Phase::Runs),
        "waiting": live.runs.count(Phase::Waits),
        // They only grow. Who changes a file and wants to know that nothing came of it, waits until `changes` has
        // grown: then it is decided what follows from the change, though that may take a while to be done.
        "so_far": {
            // The changes of files that were handled.
            "changes": server.handled.load(Ordering::Relaxed),
            // The editions of the pages, by the number of the one that is served; 0 before the first.
            "pages": server.pages.edition(),
            // The builds of programs, a chapter in one go.
            "builds": progress.made,
        },
        "build": {
            "done": progress.done,
            "of": progress.of,
            "chapter": progress.chapter,
            "failed": progress.failed,
        },
    }))
}

fn json_of(value: &serde_json::Value) -> Response {
    let kind = [(header::CONTENT_TYPE, "application/json")];
    (kind, value.to_string()).into_response()
}

/// The text of a program. Nothing can be read but what the library has under a name.
async fn source(
    State(server): State<Server>,
    path: Result<Path<(String, String)>, PathRejection>,
) -> Result<Response, Refusal> {
    let (chapter, name) = parts(path)?;
    let id = format!("{chapter}/{name}");
    let library = server.live.builds.library().await;
    let Some(snippet) = library.snippet(&id) else {
        return Err(Refusal::of(StatusCode::NOT_FOUND, library.unknown(&id)));
    };
    let path = library.house.absolute(&snippet.source);
    let text = tokio::fs::read_to_string(path).await.map_err(|error| {
        let error = format!("failed to read `{}`: {error}", snippet.source);
        Refusal::new(StatusCode::NOT_FOUND, error, "bring the file back")
    })?;
    let kind = [(header::CONTENT_TYPE, "text/plain; charset=utf-8")];
    Ok((
        kind,
        tokio::task::block_in_place(|| listing::without_marks(&text)),
    )
        .into_response())
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    snippet: String,
    source: Option<String>,
}

async fn begin(State(server): State<Server>, request: Request) -> Result<Response, Refusal> {
    let wanted = "send `{\"snippet\": \"CHAPTER/NAME\"}`, and with it `\"source\"` for edited code";
    let Asked { snippet, source } = read_json(request.into_body(), wanted).await?;
    if source.as_ref().is_some_and(|it| it.len() > SOURCE_BYTES) {
        return Err(too_long());
    }
    if source.is_some() && server.gate.is_open() {
        return Err(Refusal::new(
            StatusCode::FORBIDDEN,
            "edited code is not run for other machines",
            "clone the book and serve it yourself",
        ));
    }
    let id = server.live.begin(Wanted { snippet, source }).await?;
    Ok((StatusCode::CREATED, json_of(&json!({ "id": id }))).into_response())
}

async fn events(
    State(server): State<Server>,
    path: Result<Path<String>, PathRejection>,
) -> Result<Sse<impl Stream<Item = Result<sse::Event, Infallible>>>, Refusal> {
    let id = parts(path)?;
    let told = server.live.runs.open(&id).map_err(|why| match why {
        NotTold::Unknown => unknown_run(&id),
        NotTold::Elsewhere => Refusal::new(
            StatusCode::CONFLICT,
            "somebody listens to this run already",
            "begin a run of your own",
        ),
    })?;
    let alive = KeepAlive::new().interval(SIGN_OF_LIFE);
    Ok(Sse::new(told.map(|event| Ok(event.into()))).keep_alive(alive))
}

async fn stop(
    State(server): State<Server>,
    path: Result<Path<String>, PathRejection>,
) -> Result<StatusCode, Refusal> {
    let id = parts(path)?;
    if server.live.runs.stop(&id) {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(unknown_run(&id))
    }
}

fn unknown_run(id: &str) -> Refusal {
    let error = format!("there is no run `{}`, or it has ended", shown(id));
    Refusal::new(StatusCode::NOT_FOUND, error, "begin another")
}

async fn nothing(request: Request) -> Refusal {
    Refusal::new(
        StatusCode::NOT_FOUND,
        format!("there is nothing at `{}`", shown(request.uri().path())),
        "ask for /api/health, /api/source/CHAPTER/NAME or /api/runs",
    )
}

async fn not_so(request: Request) -> Refusal {
    Refusal::new(
        StatusCode::METHOD_NOT_ALLOWED,
        format!(
            "`{}` is not asked for by {}",
            shown(request.uri().path()),
            shown(request.method().as_str())
        ),
        "POST /api/runs begins a run, DELETE /api/runs/ID stops it; the rest is GET",
    )
}
