//! What a page can ask for: the book's state, a program's text, and a run.

use std::convert::Infallible;
use std::sync::atomic::Ordering;

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
use crate::serve::http::asked::{SIGN_OF_LIFE, SOURCE_BYTES, Server, parts, read_json, too_long};
use crate::serve::http::class;
use crate::serve::http::exercises;
use crate::serve::http::gate;
use crate::serve::http::joined;
use crate::serve::http::pages::RELOAD;
use crate::serve::live::events::RunEvent;
use crate::serve::live::registry::{NotTold, Phase};
use crate::serve::live::run::Wanted;
use crate::serve::refusal::Refusal;
use crate::site::listing;

/// Where a page hears that it has changed.
pub(crate) const RELOADS: &str = "/api/reload";

/// Says to a page that it is served, and that programs run here. It tells no secret.
const IS_LIVE: &str = "<meta name=\"workbook-server\" content=\"live\">\n";

/// Makes a page reload when it is another. In a class another script does that, on the stream that tells of the room.
const LISTENS: &str = "<script src=\"/api/reload.js\"></script>\n";

pub(crate) fn router(server: Server) -> Router {
    let gate = server.gate.clone();
    let in_class = match (&server.class, &server.joined) {
        (Some(_), _) => class::routes(),
        (None, Some(_)) => joined::routes(),
        (None, None) => Router::new(),
    };
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
        .merge(in_class)
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
    let (head, listens) = match (&server.class, &server.joined) {
        (Some(_), _) => (class::IN_CLASS, ""),
        (None, Some(_)) => (joined::HAS_JOINED, ""),
        (None, None) => (IS_LIVE, LISTENS),
    };
    server.pages.answer(request, head, listens).await
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
        "edits": server.edits(),
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
    if server.class.is_some() {
        // Nobody edits it, and what is near to its name may be an answer.
        let help = "read it on its page";
        let error = "programs are not handed out in a class";
        return Err(Refusal::new(StatusCode::FORBIDDEN, error, help));
    }
    let library = server.live.builds.library().await;
    let Some(snippet) = library.snippet(&id) else {
        if server.has_room() {
            return Err(no_such_program());
        }
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
    let is_teacher = server.gate.is_teacher(request.headers());
    let Asked { snippet, source } = read_json(request.into_body(), wanted).await?;
    if source.as_ref().is_some_and(|it| it.len() > SOURCE_BYTES) {
        return Err(too_long());
    }
    if server.has_room() {
        may_run(&server, &snippet, is_teacher).await?;
    }
    if source.is_some() && !server.edits() {
        return Err(Refusal::new(
            StatusCode::FORBIDDEN,
            "edited code is not run for other machines",
            "clone the book and serve it yourself",
        ));
    }
    let id = server.live.begin(Wanted { snippet, source }).await?;
    Ok((StatusCode::CREATED, json_of(&json!({ "id": id }))).into_response())
}

/// In a class learners run what is not withheld: on their own machines, and on the teacher's only where the teacher lets
/// them.
async fn may_run(server: &Server, snippet: &str, is_teacher: bool) -> Result<(), Refusal> {
    let no = |error: &str, help: &str| Err(Refusal::new(StatusCode::FORBIDDEN, error, help));
    let class = server.class.as_ref();
    if !is_teacher && class.is_some_and(|class| !class.room().may_run()) {
        let help = "the teacher can let the room run programs";
        return no("programs do not run in this room for now", help);
    }
    if server.pages.withheld().await.has(snippet) {
        let help = "choose what you expect of it: it runs once the teacher has revealed it";
        return no("the room is asked about this program", help);
    }
    let library = server.live.builds.library().await;
    match library.snippet(snippet) {
        Some(_) => Ok(()),
        None => Err(no_such_program()),
    }
}

/// Without a word of what has nearly that name, which may be an answer.
fn no_such_program() -> Refusal {
    let error = "the book has no such program";
    Refusal::new(StatusCode::NOT_FOUND, error, "run what stands on its pages")
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
    let told = told.then(move |event| without_withheld(event, server.clone()));
    let told = told.map(|event| Ok(event.into()));
    Ok(Sse::new(told).keep_alive(alive))
}

/// A claim may compare a run with another one, which is withheld from a class.
async fn without_withheld(mut event: RunEvent, server: Server) -> RunEvent {
    if server.has_room()
        && let RunEvent::End(end) = &mut event
    {
        let withheld = server.pages.withheld().await;
        let names = |text: &str| withheld.runs.iter().any(|id| text.contains(id.as_str()));
        end.claims.retain(|it| !names(&it.claim) && !names(&it.saw));
    }
    event
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
