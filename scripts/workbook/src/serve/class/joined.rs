//! A server that has joined a class: a learner's own, on the learner's machine. It hears of the room from the teacher's
//! server, and tells it what its learner chooses and how far that one is. Its pages withhold what the room does not see
//! yet.

use std::collections::BTreeSet;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use futures::{FutureExt, StreamExt};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::task::coop::unconstrained;

use crate::model::problem::shown;
use crate::serve::class::room::LearnersView;
use crate::serve::class::spot_in;
use crate::serve::http::page_builder::Audience;
use crate::serve::http::pages::Pages;
use crate::serve::ids::random_id;
use crate::serve::refusal::Refusal;
use crate::site::outline::PageOutline;
use crate::terminal::say;

/// What the teacher's server answers may be so long.
const MOST_BYTES: usize = 1 << 20;
/// It answers within this time, or not at all.
const WITHIN: Duration = Duration::from_secs(5);
/// Its stream has a sign of life more often than this.
const SILENT_FOR: Duration = Duration::from_secs(20);
/// How long to wait before it is asked again.
const AGAIN_AFTER: Duration = Duration::from_secs(2);
/// When it has not answered for so long, the class is over: the book goes on without it.
const OVER_AFTER: u32 = 15;

/// A server in somebody's class.
#[derive(Debug)]
pub(crate) struct Joined {
    /// The teacher's server: host and port.
    authority: String,
    /// Who this is in the room.
    person: String,
    told: watch::Sender<ToldByTeacher>,
}

/// What the learner's pages are told.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct ToldByTeacher {
    /// The room as the teacher's server has told of it last, as JSON; empty before it has.
    pub(crate) room: Arc<str>,
    /// Whether it answers now.
    pub(crate) answers: bool,
}

/// What the pages are told of the room, and nothing else: the teacher's server is somebody else's, and whatever moves a
/// page of this one can have programs run here.
#[derive(Debug, Serialize, Deserialize)]
struct ToldRoom {
    class: String,
    #[serde(flatten)]
    view: LearnersView,
}

impl Joined {
    /// # Errors
    /// Where `address` is none of a class.
    pub(crate) fn new(address: &str) -> Result<Self> {
        Ok(Self {
            authority: authority_of(address)?,
            person: random_id()?,
            told: watch::Sender::default(),
        })
    }

    pub(crate) fn told(&self) -> watch::Receiver<ToldByTeacher> {
        self.told.subscribe()
    }

    /// Hears of the room without end, and keeps the pages as the room sees them.
    pub(crate) async fn listen(&self, pages: &Pages) {
        let mut missed = 0;
        loop {
            let heard = self.hear(pages, &mut missed).await;
            if missed == 0 {
                let why = heard
                    .err()
                    .map_or(String::new(), |error| format!(" ({error:#})"));
                say!(
                    "the teacher's server does not answer{why}: the book goes on here, and it is asked again"
                );
            }
            self.told
                .send_if_modified(|told| std::mem::take(&mut told.answers));
            missed += 1;
            if missed == OVER_AFTER {
                say!("the class is over: its questions are yours alone now");
                pages.show_to(Audience::Readers);
            }
            tokio::time::sleep(AGAIN_AFTER).await;
        }
    }

    /// Hears of the room until the connection is lost. `missed` is how often in a row there was none.
    async fn hear(&self, pages: &Pages, missed: &mut u32) -> Result<()> {
        let path = format!("/api/room/events/{}", self.person);
        let (status, body) = self.request(Method::GET, &path, None).await?;
        ensure!(status == StatusCode::OK, "it answered {status}");
        let mut parts = body.into_data_stream();
        let mut text = Vec::new();
        let mut event = String::new();
        loop {
            let part = tokio::time::timeout(SILENT_FOR, parts.next()).await;
            let Some(part) = part.context("it has fallen silent")? else {
                bail!("it has ended the connection");
            };
            text.extend_from_slice(&part?);
            ensure!(text.len() < MOST_BYTES, "it says far too much");
            while let Some(end) = memchr::memchr(b'\n', &text) {
                let line: Vec<_> = text.drain(..=end).collect();
                let line = String::from_utf8_lossy(&line);
                if let Some(name) = line.strip_prefix("event: ") {
                    name.trim_end().clone_into(&mut event);
                } else if let Some(data) = line.strip_prefix("data: ")
                    && event == "room"
                {
                    if std::mem::take(missed) > 0 || !self.told.borrow().answers {
                        say!("in the class at http://{}/", self.authority);
                    }
                    self.take(data.trim_end(), pages).await?;
                }
            }
        }
    }

    /// Takes over what the room sees: the pages first, and then those who have them open.
    async fn take(&self, data: &str, pages: &Pages) -> Result<()> {
        let mut room: ToldRoom =
            serde_json::from_str(data).context("it says what is not understood")?;
        let known = outline_of(pages).await;
        let questions = known.iter().flat_map(|page| &page.questions);
        let revealed = questions.filter(|it| room.view.revealed.contains_key(&it.id));
        let runs: BTreeSet<_> = revealed.map(|it| it.run.clone()).collect();
        pages.show_to(Audience::Class {
            revealed: runs.clone(),
        });
        for run in &runs {
            pages.are_shown_with(run).await;
        }
        // It leads to pages of this book alone.
        let lead = room.view.lead.take();
        room.view.lead = lead.and_then(|it| spot_in(&known, &it.page, &it.section));
        let told = serde_json::to_string(&room).context("the room is plain data")?;
        self.told.send_replace(ToldByTeacher {
            room: told.into(),
            answers: true,
        });
        Ok(())
    }

    /// Tells the room something of the learner.
    ///
    /// # Errors
    /// What the teacher's server refuses, and that it does not answer.
    pub(crate) async fn tell(&self, what: &str, mut body: Value) -> Result<StatusCode, Refusal> {
        body["person"] = json!(self.person);
        let path = format!("/api/room/{what}");
        let asked = self.request(Method::POST, &path, Some(body.to_string()));
        let gone = |error: &anyhow::Error| {
            let what = format!("the teacher's server does not answer: {error:#}");
            let help = "go on: the book is on your machine; it is asked again";
            Refusal::new(StatusCode::BAD_GATEWAY, what, help)
        };
        let (status, body) = asked.await.map_err(|error| gone(&error))?;
        if status.is_success() {
            return Ok(StatusCode::NO_CONTENT);
        }
        let body = axum::body::to_bytes(body, MOST_BYTES).await;
        let said: Value = serde_json::from_slice(&body.unwrap_or_default()).unwrap_or_default();
        let text = |key: &str| shown(said[key].as_str().unwrap_or_default());
        Err(Refusal::new(status, text("error"), text("help")))
    }

    async fn request(
        &self,
        method: Method,
        path: &str,
        body: Option<String>,
    ) -> Result<(StatusCode, Body)> {
        let asking = async {
            let stream = TcpStream::connect(&self.authority).await?;
            let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
            let request = Request::builder()
                .method(method)
                .uri(path)
                .header(header::HOST, &self.authority)
                .header(header::ORIGIN, format!("http://{}", self.authority))
                .header(header::CONTENT_TYPE, "application/json")
                .body(Body::from(body.unwrap_or_default()))?;
            let mut answering = pin!(unconstrained(async move {
                let answer = sender.send_request(request).await;
                // Without a sender the connection would end before the body has come.
                answer.map(|answer| (answer, sender))
            }));
            let mut connection = Some(Box::pin(connection));
            let ended = connection.as_mut().expect("it has just begun");
            let (answer, sender) = tokio::select! {
                biased;
                answer = &mut answering => answer?,
                _ = ended => {
                    connection = None;
                    // It may have been answered last.
                    let answer = answering.now_or_never();
                    answer.context("it has closed the connection")??
                }
            };
            let (parts, body) = answer.into_parts();
            // The connection is moved by who reads the body, and closed with it.
            let body = Body::new(body).into_data_stream();
            let moved = futures::stream::unfold(
                (body, connection, sender),
                async |(mut body, mut connection, sender)| {
                    let next = loop {
                        match &mut connection {
                            None => break body.next().await,
                            Some(moving) => tokio::select! {
                                biased;
                                next = body.next() => break next,
                                _ = moving => connection = None,
                            },
                        }
                    };
                    next.map(|next| (next, (body, connection, sender)))
                },
            );
            Ok((parts.status, Body::from_stream(moved)))
        };
        let answer = tokio::time::timeout(WITHIN, asking).await;
        answer.context("it does not answer in time")?
    }
}

/// What the pages ask. Before the first are read, nobody knows it.
async fn outline_of(pages: &Pages) -> Arc<Vec<PageOutline>> {
    let mut outline = pages.outline();
    let known = async {
        let known = outline.wait_for(|pages| !pages.is_empty()).await;
        known.map_or_else(|_| Arc::default(), |known| known.clone())
    };
    let known = tokio::time::timeout(SILENT_FOR, known).await;
    known.unwrap_or_default()
}

/// The host and port of an address as a teacher gives it.
fn authority_of(address: &str) -> Result<String> {
    const HELP: &str = "give the address of the room as the teacher's page shows it: --join http://192.168.1.20:3000/";
    if address.starts_with("https://") {
        bail!(
            "`{address}` is encrypted, which this tool cannot join\n  help: ask for the room's address on this network"
        );
    }
    let rest = address.strip_prefix("http://").unwrap_or(address);
    let authority = rest.split(['/', '#', '?']).next().unwrap_or_default();
    let is_plain = |c: char| c.is_ascii_alphanumeric() || ".-:[]_".contains(c);
    ensure!(
        !authority.is_empty() && authority.chars().all(is_plain),
        "`{address}` is no address of a class\n  help: {HELP}"
    );
    let has_port = authority
        .rsplit_once(':')
        .is_some_and(|(host, port)| port.parse::<u16>().is_ok() && !host.is_empty());
    Ok(match has_port {
        true => authority.to_owned(),
        false => format!("{authority}:80"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_taken_as_it_is_shown_and_as_it_is_typed() {
        for (address, authority) in [
            ("http://192.168.1.20:3000/", "192.168.1.20:3000"),
            ("laptop.local:3000", "laptop.local:3000"),
            ("http://laptop.local/tea.html#cups", "laptop.local:80"),
            ("http://[::1]:3000", "[::1]:3000"),
        ] {
            assert_eq!(authority_of(address).unwrap(), authority);
        }
        for (wrong, words) in [
            ("https://tea.example", "is encrypted"),
            ("", "no address of a class"),
            ("http:///tea", "no address of a class"),
            ("tea example:3000", "no address of a class"),
        ] {
            let error = authority_of(wrong).unwrap_err().to_string();
            assert!(error.contains(words) && error.contains("help: "), "{error}");
        }
    }
}
