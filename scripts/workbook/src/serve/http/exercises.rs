//! What a page can ask for of the reader's exercises. All of it wants the key.

use axum::Router;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::serve::http::asked::{SOURCE_BYTES, Server, parts, read_json, too_long};
use crate::serve::live::exercises::{self, PictureOf};
use crate::serve::refusal::Refusal;

pub(crate) fn routes() -> Router<Server> {
    Router::new()
        .route("/api/exercises/{chapter}/{name}", get(file).put(save))
        .route("/api/exercises/{chapter}/{name}/check", post(check))
        .route("/api/exercises/{chapter}/{name}/picture", post(picture))
        .route("/api/exercises/{chapter}/{name}/reset", post(reset))
        .route("/api/progress", get(progress))
        .route("/api/progress/forget", post(forget))
}

type Named = Result<Path<(String, String)>, PathRejection>;

fn id(named: Named) -> Result<String, Refusal> {
    let (chapter, name) = parts(named)?;
    Ok(format!("{chapter}/{name}"))
}

fn answer(value: &impl Serialize) -> Response {
    with_status(StatusCode::OK, value)
}

fn with_status(status: StatusCode, value: &impl Serialize) -> Response {
    let text = serde_json::to_string(value).expect("it is plain data");
    let kind = [(header::CONTENT_TYPE, "application/json")];
    (status, kind, text).into_response()
}

async fn file(State(server): State<Server>, named: Named) -> Result<Response, Refusal> {
    let id = id(named)?;
    let library = server.live.builds.library().await;
    let exercise = exercises::find(&library, &id)?;
    let read = || exercises::file(&library.house, exercise);
    Ok(answer(&tokio::task::block_in_place(read)?))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct SavedText {
    text: String,
    /// That the page has last seen.
    version: String,
}

async fn save(
    State(server): State<Server>,
    named: Named,
    request: Request,
) -> Result<Response, Refusal> {
    let id = id(named)?;
    let wanted = "send `{\"text\": …, \"version\": …}`";
    let SavedText { text, version } = read_json(request.into_body(), wanted).await?;
    if text.len() > SOURCE_BYTES {
        return Err(too_long());
    }
    let library = server.live.builds.library().await;
    let exercise = exercises::find(&library, &id)?;
    let save = || exercises::save(&library.house, exercise, &text, &version);
    tell_room(&server, json!({ "exercise": id, "standing": "begun" }));
    Ok(match tokio::task::block_in_place(save)? {
        Ok(version) => answer(&json!({ "version": version })),
        Err(conflict) => with_status(StatusCode::CONFLICT, &conflict),
    })
}

async fn check(State(server): State<Server>, named: Named) -> Result<Response, Refusal> {
    let id = id(named)?;
    let tried = server.live.try_exercise(&id).await?;
    let standing = if tried.has_passed() {
        "passed"
    } else {
        "failed"
    };
    tell_room(
        &server,
        json!({ "exercise": id, "standing": standing, "test": tried.first_failing() }),
    );
    Ok(answer(&tried))
}

/// Tells the class that this server has joined, if it has, how far its learner is. Nobody waits for that.
fn tell_room(server: &Server, what: Value) {
    if let Some(joined) = server.joined.clone() {
        // What is lost is told with the next try.
        tokio::spawn(async move {
            let _ = joined.tell("exercise", what).await;
        });
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct AskedPicture {
    of: AskedOf,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
enum AskedOf {
    Attempt,
    Solution,
}

async fn picture(
    State(server): State<Server>,
    named: Named,
    request: Request,
) -> Result<Response, Refusal> {
    let id = id(named)?;
    let wanted = "send `{\"of\": \"attempt\"}` or `{\"of\": \"solution\"}`";
    let asked: AskedPicture = read_json(request.into_body(), wanted).await?;
    let of = match asked.of {
        AskedOf::Attempt => PictureOf::Attempt,
        AskedOf::Solution => PictureOf::Solution,
    };
    Ok(answer(&server.live.picture_exercise(&id, of).await?))
}

async fn reset(State(server): State<Server>, named: Named) -> Result<Response, Refusal> {
    let id = id(named)?;
    let library = server.live.builds.library().await;
    let exercise = exercises::find(&library, &id)?;
    let reset = || exercises::reset(&library.house, exercise);
    Ok(answer(&tokio::task::block_in_place(reset)?))
}

async fn progress(State(server): State<Server>) -> Result<Response, Refusal> {
    let library = server.live.builds.library().await;
    let all = tokio::task::block_in_place(|| exercises::progress(&library))?;
    Ok(answer(&all))
}

async fn forget(State(server): State<Server>) -> Result<StatusCode, Refusal> {
    let house = server.live.house.clone();
    tokio::task::block_in_place(|| exercises::forget(&house))?;
    Ok(StatusCode::NO_CONTENT)
}
