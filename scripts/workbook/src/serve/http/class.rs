//! What pages of a class ask for: what learners say of themselves, without a key, and what the teacher does, with the
//! teacher's. Who may ask is decided in `gate.rs`.

use std::convert::Infallible;

use axum::Router;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, Request, State};
use axum::http::{StatusCode, header};
use axum::response::sse::{self, KeepAlive, KeepAliveStream, Sse};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use futures::StreamExt;
use futures::stream::BoxStream;
use serde::{Deserialize, Serialize};
use serde_json::json;
use tokio_stream::wrappers::WatchStream;

use crate::book::files;
use crate::serve::class::room::{No, PersonId, Spot, TeachersView, TryStanding};
use crate::serve::class::{Class, NotRevealed, OpenPage, wall};
use crate::serve::http::asked::{SIGN_OF_LIFE, Server, parts, read_small_json};
use crate::serve::live::exercises;
use crate::serve::refusal::Refusal;

/// Where a page hears of everything at once: of new pages, and of the room.
pub(crate) const ROOM_EVENTS: &str = "/api/room/events";
/// Says to a page that it is one of a class.
pub(crate) const IN_CLASS: &str = "<meta name=\"workbook-server\" content=\"class\">\n";

pub(crate) fn routes() -> Router<Server> {
    Router::new()
        .route(ROOM_EVENTS, get(events))
        .route("/api/room/events/{person}", get(events_of))
        .route("/api/room/choose", post(choose))
        .route("/api/room/place", post(place))
        .route("/api/room/stuck", post(stuck))
        .route("/api/room/exercise", post(exercise))
        .route("/teacher", get(async || text(HTML, "text/html")))
        .route("/wall", get(on_the_wall))
        .route("/teacher.css", get(async || text(CSS, "text/css")))
        .route("/teacher.js", get(async || text(JS, "text/javascript")))
        .route("/api/teacher/book", get(book))
        .route("/api/teacher/room", get(room))
        .route("/api/teacher/reveal", post(reveal))
        .route("/api/teacher/again", post(again))
        .route("/api/teacher/lead", post(lead))
        .route("/api/teacher/runs", post(runs))
        .route("/api/teacher/place", post(teacher_place))
}

const HTML: &str = include_str!("../class/teacher.html");
const CSS: &str = include_str!("../class/teacher.css");
const JS: &str = include_str!("../class/teacher.js");

fn text(text: &'static str, kind: &'static str) -> Response {
    let kind = format!("{kind}; charset=utf-8");
    let headers = [
        (header::CONTENT_TYPE, kind.as_str()),
        (header::CACHE_CONTROL, "no-cache"),
    ];
    (headers, text).into_response()
}

fn json_of(value: &impl Serialize) -> Response {
    let text = serde_json::to_string(value).expect("it is plain data");
    ([(header::CONTENT_TYPE, "application/json")], text).into_response()
}

fn class_of(server: &Server) -> &std::sync::Arc<Class> {
    server
        .class
        .as_ref()
        .expect("these are the routes of a class")
}

// --- Learners --------------------------------------------------------------------------------------------------------

/// The stream of a page that nobody is counted by, as one of the teacher's.
async fn events(State(server): State<Server>) -> RoomEvents {
    told(&server, None)
}

/// The stream of a learner's page.
async fn events_of(
    State(server): State<Server>,
    path: Result<Path<String>, PathRejection>,
) -> Result<RoomEvents, Refusal> {
    let who = person(&parts(path)?)?;
    let open = class_of(&server).open(who).map_err(refused)?;
    Ok(told(&server, Some(open)))
}

pub(crate) type RoomEvents =
    Sse<KeepAliveStream<BoxStream<'static, Result<sse::Event, Infallible>>>>;

fn told(server: &Server, open: Option<OpenPage>) -> RoomEvents {
    let room = WatchStream::new(class_of(server).told());
    let room = room.map(|told| sse::Event::default().event("room").data(&*told));
    let pages = server.pages.editions();
    let pages = pages.map(|edition| sse::Event::default().event("pages").data(edition));
    let events = futures::stream::select(room, pages).map(move |event| {
        // The person is here for as long as somebody listens.
        let _ = &open;
        Ok(event)
    });
    let events = events.take_until(server.ending.clone().cancelled_owned());
    Sse::new(events.boxed()).keep_alive(KeepAlive::new().interval(SIGN_OF_LIFE))
}

fn person(text: &str) -> Result<PersonId, Refusal> {
    PersonId::parse(text).ok_or_else(|| {
        let help = "a person is 32 hexadecimal digits that a browser has made up";
        Refusal::new(StatusCode::BAD_REQUEST, "this is no person's id", help)
    })
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ChoiceMade {
    person: String,
    question: String,
    round: usize,
    choice: usize,
}

async fn choose(State(server): State<Server>, request: Request) -> Result<StatusCode, Refusal> {
    let wanted = "send `{\"person\": …, \"question\": …, \"round\": 0, \"choice\": 0}`";
    let ChoiceMade {
        person: who,
        question,
        round,
        choice,
    } = read_small_json(request.into_body(), wanted).await?;
    let (who, class) = (person(&who)?, class_of(&server));
    let now = class.now();
    let chosen = class.room().choose(&who, &question, round, choice, now);
    chosen.map(|()| StatusCode::NO_CONTENT).map_err(refused)
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct PlaceTold {
    person: String,
    page: String,
    section: String,
    follows: bool,
}

async fn place(State(server): State<Server>, request: Request) -> Result<StatusCode, Refusal> {
    let wanted = "send `{\"person\": …, \"page\": …, \"section\": …, \"follows\": true}`";
    let PlaceTold {
        person: who,
        page,
        section,
        follows,
    } = read_small_json(request.into_body(), wanted).await?;
    let (who, class) = (person(&who)?, class_of(&server));
    let spot = spot(class, &page, &section)?;
    let now = class.now();
    let went = class.room().go_to(&who, spot, follows, now);
    went.map(|()| StatusCode::NO_CONTENT).map_err(refused)
}

fn spot(class: &Class, page: &str, section: &str) -> Result<Spot, Refusal> {
    class.spot(page, section).ok_or_else(|| {
        let help = "name a page that the summary lists, without `.html`";
        Refusal::new(StatusCode::NOT_FOUND, "the book has no such page", help)
    })
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Stuck {
    person: String,
    stuck: bool,
    page: String,
    section: String,
}

async fn stuck(State(server): State<Server>, request: Request) -> Result<StatusCode, Refusal> {
    let wanted = "send `{\"person\": …, \"stuck\": true, \"page\": …, \"section\": …}`";
    let Stuck {
        person: who,
        stuck,
        page,
        section,
    } = read_small_json(request.into_body(), wanted).await?;
    let (who, class) = (person(&who)?, class_of(&server));
    let spot = spot(class, &page, &section)?;
    let now = class.now();
    let told = class.room().get_stuck(&who, stuck.then_some(spot), now);
    told.map(|()| StatusCode::NO_CONTENT).map_err(refused)
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct TryTold {
    person: String,
    exercise: String,
    standing: TriedStanding,
    /// The first test that fails.
    test: Option<String>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum TriedStanding {
    Begun,
    Passed,
    Failed,
}

async fn exercise(State(server): State<Server>, request: Request) -> Result<StatusCode, Refusal> {
    let wanted = "send `{\"person\": …, \"exercise\": …, \"standing\": \"failed\", \"test\": …}`";
    let TryTold {
        person: who,
        exercise: id,
        standing,
        test,
    } = read_small_json(request.into_body(), wanted).await?;
    let (who, class) = (person(&who)?, class_of(&server));
    let library = server.live.builds.library().await;
    let exercise = exercises::find(&library, &id)?;
    let standing = match (standing, test) {
        (TriedStanding::Begun, _) => TryStanding::Begun,
        (TriedStanding::Passed, _) => TryStanding::Passed,
        (TriedStanding::Failed, None) => TryStanding::Failed("does not compile".to_owned()),
        (TriedStanding::Failed, Some(test)) => {
            // No words of anybody's own come into the room.
            let tests = library.house.absolute(&exercise.file("tests.rs"));
            let tests = tokio::task::block_in_place(|| files::text(&tests)).unwrap_or_default();
            if test.len() > 100 || !tests.contains(&format!("fn {test}(")) {
                return Err(Refusal::new(
                    StatusCode::NOT_FOUND,
                    "the exercise has no such test",
                    "name a test of the exercise",
                ));
            }
            TryStanding::Failed(test)
        }
    };
    let now = class.now();
    let tried = class.room().try_exercise(&who, &id, standing, now);
    tried.map(|()| StatusCode::NO_CONTENT).map_err(refused)
}

fn refused(no: No) -> Refusal {
    let (status, what, help) = match no {
        No::Full => (
            StatusCode::SERVICE_UNAVAILABLE,
            "the room is full",
            "read on: the pages are all there",
        ),
        No::TooFast => (
            StatusCode::TOO_MANY_REQUESTS,
            "this comes faster than anybody can do it",
            "wait for a few seconds",
        ),
        No::NotHere => (
            StatusCode::CONFLICT,
            "this person has no page open",
            "load the page again",
        ),
        No::UnknownQuestion => (
            StatusCode::NOT_FOUND,
            "the book has no such question",
            "load the page again: it may have changed",
        ),
        No::UnknownChoice => (
            StatusCode::BAD_REQUEST,
            "the question has no such choice",
            "choices are counted from 0",
        ),
        No::AnotherRound => (
            StatusCode::CONFLICT,
            "the question was asked again meanwhile",
            "choose anew",
        ),
        No::AlreadyRevealed => (
            StatusCode::CONFLICT,
            "the question is revealed already",
            "see what the run shows",
        ),
        No::TooOften => (
            StatusCode::CONFLICT,
            "the question was asked as often as it can be",
            "reveal it",
        ),
    };
    Refusal::new(status, what, help)
}

// --- The teacher -----------------------------------------------------------------------------------------------------

async fn on_the_wall(State(server): State<Server>) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CACHE_CONTROL, "no-cache"),
    ];
    (headers, wall::page(class_of(&server).address())).into_response()
}

async fn book(State(server): State<Server>) -> Response {
    let class = class_of(&server);
    json_of(&json!({
        "address": class.address(),
        "qr": wall::qr(class.address()),
        "pages": *class.outline(),
    }))
}

/// What the teacher sees of the room, and of which class.
#[derive(Debug, Serialize)]
struct TaughtRoom<'a> {
    class: &'a str,
    #[serde(flatten)]
    view: TeachersView,
}

async fn room(State(server): State<Server>) -> Response {
    let class = class_of(&server);
    let view = class.room().teachers_view(class.now());
    json_of(&TaughtRoom {
        class: class.id(),
        view,
    })
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct OfQuestion {
    question: String,
}

const WANTED_QUESTION: &str = "send `{\"question\": …}`";

async fn reveal(State(server): State<Server>, request: Request) -> Result<StatusCode, Refusal> {
    let OfQuestion { question } = read_small_json(request.into_body(), WANTED_QUESTION).await?;
    let class = class_of(&server);
    let revealed = class.reveal(&question, &server.pages).await;
    revealed.map(|()| StatusCode::NO_CONTENT).map_err(|why| match why {
        NotRevealed::No(no) => refused(no),
        NotRevealed::Pages => Refusal::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "the pages with the answer could not be built",
            "see what the terminal of `cargo workbook serve` says, mend it, and reveal it again",
        ),
    })
}

async fn again(State(server): State<Server>, request: Request) -> Result<StatusCode, Refusal> {
    let OfQuestion { question } = read_small_json(request.into_body(), WANTED_QUESTION).await?;
    let asked = class_of(&server).change(|room| room.ask_again(&question));
    asked.map(|()| StatusCode::NO_CONTENT).map_err(refused)
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Switch {
    on: bool,
}

const WANTED_SWITCH: &str = "send `{\"on\": true}`";

async fn lead(State(server): State<Server>, request: Request) -> Result<StatusCode, Refusal> {
    let Switch { on } = read_small_json(request.into_body(), WANTED_SWITCH).await?;
    class_of(&server).change(|room| room.lead(on));
    Ok(StatusCode::NO_CONTENT)
}

async fn runs(State(server): State<Server>, request: Request) -> Result<StatusCode, Refusal> {
    let Switch { on } = read_small_json(request.into_body(), WANTED_SWITCH).await?;
    class_of(&server).change(|room| room.let_run(on));
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct TeacherPlace {
    page: String,
    section: String,
}

async fn teacher_place(
    State(server): State<Server>,
    request: Request,
) -> Result<StatusCode, Refusal> {
    let wanted = "send `{\"page\": …, \"section\": …}`";
    let TeacherPlace { page, section } = read_small_json(request.into_body(), wanted).await?;
    let class = class_of(&server);
    let spot = spot(class, &page, &section)?;
    class.change(|room| room.teacher_goes_to(spot));
    Ok(StatusCode::NO_CONTENT)
}
