//! What pages ask a learner's own server that has joined a class: all of it is passed on to the teacher's.

use std::sync::Arc;

use axum::Router;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use axum::response::sse::{self, KeepAlive, Sse};
use axum::routing::{get, post};
use futures::StreamExt;
use serde_json::Value;
use tokio_stream::wrappers::WatchStream;

use crate::serve::class::joined::Joined;
use crate::serve::http::asked::{SIGN_OF_LIFE, Server, parts, read_small_json};
use crate::serve::http::class::{ROOM_EVENTS, RoomEvents};
use crate::serve::refusal::Refusal;

/// Says to a page that it is served on its reader's machine, which has joined a class.
pub(crate) const HAS_JOINED: &str = "<meta name=\"workbook-server\" content=\"joined\">\n";

pub(crate) fn routes() -> Router<Server> {
    Router::new()
        .route(&format!("{ROOM_EVENTS}/{{person}}"), get(events))
        .route("/api/room/{what}", post(tell))
}

fn joined_of(server: &Server) -> &Arc<Joined> {
    server
        .joined
        .as_ref()
        .expect("these are the routes of a server that has joined")
}

/// All pages of this server are one person in the room.
async fn events(State(server): State<Server>) -> RoomEvents {
    let told = WatchStream::new(joined_of(&server).told());
    let told = told.map(|told| match told.answers {
        true => sse::Event::default().event("room").data(&*told.room),
        false => sse::Event::default()
            .event("gone")
            .data("the teacher's server does not answer"),
    });
    let pages = server.pages.editions();
    let pages = pages.map(|edition| sse::Event::default().event("pages").data(edition));
    let events = futures::stream::select(told, pages).map(Ok);
    let events = events.take_until(server.ending.clone().cancelled_owned());
    Sse::new(events.boxed()).keep_alive(KeepAlive::new().interval(SIGN_OF_LIFE))
}

async fn tell(
    State(server): State<Server>,
    path: Result<Path<String>, PathRejection>,
    request: Request,
) -> Result<StatusCode, Refusal> {
    let what: String = parts(path)?;
    if !["choose", "place", "stuck"].contains(&what.as_str()) {
        let error = "there is no such thing to tell the room";
        return Err(Refusal::new(
            StatusCode::NOT_FOUND,
            error,
            "choose, place or stuck",
        ));
    }
    let wanted = "send what a page of the class sends";
    let body: Value = read_small_json(request.into_body(), wanted).await?;
    if !body.is_object() {
        let error = "the request is not understood: it is no object";
        return Err(Refusal::new(StatusCode::BAD_REQUEST, error, wanted));
    }
    joined_of(&server).tell(&what, body).await
}
