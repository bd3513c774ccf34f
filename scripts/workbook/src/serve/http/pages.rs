//! The pages as they are served: built anew when a file changes, and reloaded in the browser.
//!
//! Each build goes into a folder of its own, and a reader is switched to it when it is whole: no request ever
//! sees a half-built book.

use std::convert::Infallible;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::sse::{self, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures::{Stream, StreamExt};
use tokio::sync::{Notify, OnceCell, watch};
use tokio_stream::wrappers::WatchStream;
use tokio_util::sync::CancellationToken;
use tower_http::services::ServeDir;

use crate::book::house::{House, sorted_entries};
use crate::book::library::Library;
use crate::model::units;
use crate::serve::builds::builder::Builds;
use crate::site::filled::Filling;
use crate::site::mdbook;
use crate::terminal;

/// A page larger than this is not served: there is none.
const PAGE_BYTES: usize = 64 << 20;

/// The pages, and the task that builds them.
#[derive(Debug)]
pub(crate) struct Pages {
    house: House,
    /// Where the builds of this server are.
    home: PathBuf,
    /// The build that is served. None before the first is done.
    current: watch::Sender<Option<Arc<Built>>>,
    wanted: Notify,
}

#[derive(Debug)]
struct Built {
    number: u64,
    folder: Arc<Folder>,
    /// A page of the build before this may still be loading what belongs to it.
    before: Option<Arc<Folder>>,
    /// What the search looks in. The first build has it; later ones make it for the first who searches.
    index: OnceCell<Bytes>,
}

/// A folder that goes when nobody serves from it any more.
#[derive(Debug)]
struct Folder(PathBuf);

impl Pages {
    pub(crate) fn new(house: &House) -> Self {
        // Under the process's own number: two servers of one clone keep out of each other's way.
        let home = house.scratch().join("serve");
        Self {
            house: house.clone(),
            home: home.join(std::process::id().to_string()),
            current: watch::Sender::new(None),
            wanted: Notify::new(),
        }
    }

    /// Has the pages built anew; once more where that is going on already.
    pub(crate) fn want(&self) {
        self.wanted.notify_one();
    }

    /// Waits until there are pages.
    pub(crate) async fn are_there(&self) {
        self.whole().await;
    }

    /// Waits until the next build is served, or a while if none comes.
    pub(crate) async fn are_new(&self) {
        let mut news = self.current.subscribe();
        let _ = tokio::time::timeout(Duration::from_secs(5), news.changed()).await;
    }

    /// Builds the pages when they are wanted, without end; at once for the first time. Programs are not built in the
    /// background meanwhile.
    pub(crate) async fn work(&self, programs: &Builds) {
        remove_leftovers(
            &self.house.scratch().join("serve"),
            Duration::from_hours(24),
        );
        for number in 1.. {
            let hold = programs.hold();
            self.build(number).await;
            drop(hold);
            self.wanted.notified().await;
        }
    }

    async fn build(&self, number: u64) {
        let folder = Folder(self.home.join(number.to_string()));
        let start = Instant::now();
        let (house, home) = (self.house.clone(), folder.0.clone());
        let build = match number {
            1 => mdbook::build,
            _ => mdbook::build_without_index,
        };
        match tokio::task::spawn_blocking(move || {
            build(
                &Arc::new(Filling::new(Arc::new(Library::read(&house)))),
                &home,
            )
        })
        .await
        {
            Ok(Ok(problems)) => {
                let found = match terminal::report(problems) {
                    0 => String::new(),
                    n => format!(", with {}", units::count(n, "problem")),
                };
                let took = start.elapsed().as_secs_f64();
                println!("built the pages in {took:.1} s{found}");
                self.publish(number, folder);
            }
            Ok(Err(error)) => {
                eprintln!(
                    "error: {error:#}\n  help: mend it; the pages stay as they were until then"
                );
                if self.current.borrow().is_none() {
                    let page = "The book could not be built: see the terminal.";
                    let _ = std::fs::create_dir_all(&folder.0);
                    let _ = std::fs::write(folder.0.join("index.html"), page);
                    self.publish(number, folder);
                }
            }
            Err(error) => eprintln!("error: the build of the pages panicked: {error}"),
        }
    }

    fn publish(&self, number: u64, folder: Folder) {
        let before = self.current.borrow().as_ref().map(|it| it.folder.clone());
        let folder = Arc::new(folder);
        self.current.send_replace(Some(Arc::new(Built {
            number,
            folder,
            before,
            index: OnceCell::new(),
        })));
    }

    /// The build that is served; waits for the first.
    async fn whole(&self) -> Arc<Built> {
        let mut news = self.current.subscribe();
        let built = news.wait_for(Option::is_some).await;
        let built = built.expect("these are the pages' own news");
        built.clone().expect("waited for it")
    }

    /// The number of the build that is served; 0 before the first.
    pub(crate) fn number(&self) -> u64 {
        self.current.borrow().as_ref().map_or(0, |it| it.number)
    }

    /// Answers a request for a page, or for what belongs to one. A page gets `head` before the end of its
    /// head: pages on disk are the same however they are built.
    pub(crate) async fn answer(&self, request: Request, head: &str) -> Response {
        let built = self.whole().await;
        let (parts, _) = request.into_parts();
        if built.number > 1 && mdbook::is_search_index(parts.uri.path()) {
            return self.search_index(&built).await;
        }
        let again = || Request::from_parts(parts.clone(), Body::empty());
        let mut found = file(&built.folder.0, again()).await;
        let is_page = Path::new(parts.uri.path())
            .extension()
            .is_none_or(|extension| extension == "html");
        if let (Ok(None), Some(before), false) = (&found, &built.before, is_page) {
            found = file(&before.0, again()).await;
        }
        let mut response = match found {
            Ok(Some(response)) => response,
            Ok(None) => {
                let page = tokio::fs::read(built.folder.0.join("404.html")).await;
                let kind = [(header::CONTENT_TYPE, "text/html; charset=utf-8")];
                return (StatusCode::NOT_FOUND, kind, page.unwrap_or_default()).into_response();
            }
            Err(error) => {
                let words = format!("failed to read the page: {error}");
                return (StatusCode::INTERNAL_SERVER_ERROR, words).into_response();
            }
        };
        response
            .headers_mut()
            .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
        let kind = response.headers().get(header::CONTENT_TYPE);
        let is_html = kind.is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
        if is_html && response.status() == StatusCode::OK {
            return dressed(response, head).await;
        }
        response
    }

    async fn search_index(&self, built: &Built) -> Response {
        let folder = Folder(self.home.join(format!("{}-index", built.number)));
        let house = self.house.clone();
        let make = async move || {
            let make = move || {
                mdbook::search_index(
                    &Arc::new(Filling::new(Arc::new(Library::read(&house)))),
                    &folder.0,
                )
            };
            let index = tokio::task::spawn_blocking(make).await??;
            anyhow::Ok(Bytes::from(index))
        };
        match built.index.get_or_try_init(make).await {
            Ok(index) => {
                let headers = [
                    (header::CONTENT_TYPE, "text/javascript"),
                    (header::CACHE_CONTROL, "no-cache"),
                ];
                (headers, index.clone()).into_response()
            }
            Err(error) => {
                let words = format!("failed to make the search index: {error:#}");
                (StatusCode::INTERNAL_SERVER_ERROR, words).into_response()
            }
        }
    }

    /// Tells a page which build is served, and again at each new one, until the server is ending.
    pub(crate) fn reloads(
        &self,
        ending: CancellationToken,
    ) -> Sse<impl Stream<Item = Result<sse::Event, Infallible>> + use<>> {
        // The process's number with it, so that a page also reloads when the server was started anew.
        let server = std::process::id();
        let news = WatchStream::new(self.current.subscribe());
        let events = news.filter_map(move |built| async move {
            let number = built?.number;
            Some(Ok(sse::Event::default().data(format!("{server}.{number}"))))
        });
        let events = events.take_until(ending.cancelled_owned());
        Sse::new(events).keep_alive(KeepAlive::default())
    }

    /// Removes what this server has built.
    pub(crate) fn clear(&self) {
        let _ = std::fs::remove_dir_all(&self.home);
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Removes the entries of a folder that are older than `age`: what servers have left that are no more.
pub(crate) fn remove_leftovers(folder: &Path, age: Duration) {
    for entry in sorted_entries(folder) {
        let modified = entry.metadata().and_then(|metadata| metadata.modified());
        let its_age = modified.ok().and_then(|modified| modified.elapsed().ok());
        if its_age.is_some_and(|it| it > age) {
            let _ = std::fs::remove_dir_all(entry);
        }
    }
}

/// The file that is asked for; none where it is not there.
async fn file(folder: &Path, request: Request) -> std::io::Result<Option<Response>> {
    match ServeDir::new(folder).try_call(request).await {
        Ok(response) if response.status() == StatusCode::NOT_FOUND => Ok(None),
        Ok(response) => Ok(Some(response.map(Body::new))),
        Err(error) if is_absence(&error) => Ok(None),
        Err(error) => Err(error),
    }
}

fn is_absence(error: &std::io::Error) -> bool {
    use std::io::ErrorKind::{InvalidFilename, NotADirectory, NotFound, PermissionDenied};
    matches!(
        error.kind(),
        NotFound | NotADirectory | PermissionDenied | InvalidFilename
    )
}

/// The page with `head` in it, and at its end a line that makes it reload.
async fn dressed(response: Response, head: &str) -> Response {
    let (mut parts, body) = response.into_parts();
    let Ok(bytes) = axum::body::to_bytes(body, PAGE_BYTES).await else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let mut html = bytes.to_vec();
    html.extend_from_slice(b"<script src=\"/api/reload.js\"></script>\n");
    // Code on a page has `&lt;` for `<`: the first is the end of the head.
    let end = b"</head>";
    if let Some(at) = html.windows(end.len()).position(|it| it == end) {
        html.splice(at..at, head.bytes());
    }
    for header in [
        header::CONTENT_LENGTH,
        header::LAST_MODIFIED,
        header::ACCEPT_RANGES,
    ] {
        parts.headers.remove(header);
    }
    Response::from_parts(parts, Body::from(html))
}

/// Reloads a page when the book was built anew; the browser keeps the place on it. A page that is not seen lets go
/// of its connection, for a browser has six for all pages of a server together, and catches up when it is.
pub(crate) const RELOAD: &str = "'use strict';
(() => {
    let build;
    let events;
    const listen = () => {
        if (document.hidden || events) return;
        events = new EventSource('/api/reload');
        events.onmessage = (event) => {
            if (build !== undefined && build !== event.data) location.reload();
            build = event.data;
        };
    };
    const rest = () => {
        events?.close();
        events = undefined;
    };
    document.addEventListener('visibilitychange', () => document.hidden ? rest() : listen());
    listen();
})();
";
