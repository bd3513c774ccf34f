//! The pages as they are served: built anew when a file changes, and reloaded in the browser.
//!
//! First those are built that the change concerns, and then, in the background, the whole book. Each build goes into a
//! folder of its own, and a reader is switched to it when it is done: no request ever sees a half-built book.

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use anyhow::Result;
use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::sse::{self, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures::{Stream, StreamExt};
use tokio::sync::{Notify, OnceCell, watch};
use tokio::task::{JoinError, JoinHandle};
use tokio_stream::wrappers::WatchStream;
use tokio_util::sync::CancellationToken;
use tower_http::services::ServeDir;

use crate::book::house::House;
use crate::model::problem::Problem;
use crate::model::units;
use crate::serve::builds::builder::Builds;
use crate::serve::http::page_builder::{Audience, Look, PageBuilder};
use crate::site::filled::Filling;
use crate::site::mdbook;
use crate::site::outline::PageOutline;
use crate::site::withheld::Withheld;
use crate::terminal::{self, complain, say};

/// A page larger than this is not served: there is none.
const PAGE_BYTES: usize = 64 << 20;

/// The pages, and the task that builds them.
#[derive(Debug)]
pub(crate) struct Pages {
    house: House,
    /// Where the builds of this server are.
    home: PathBuf,
    /// What is served. None before the first build is done.
    current: watch::Sender<Option<Arc<Served>>>,
    wanted: Notify,
    /// How many builds have ended, well or not.
    ended: watch::Sender<u64>,
    /// Who reads them from the next build on.
    audience: Mutex<Audience>,
    /// All pages for who teaches with them; empty where nobody does.
    outline: watch::Sender<Arc<Vec<PageOutline>>>,
}

/// A whole book, and what was built of it since.
#[derive(Debug)]
struct Served {
    /// Another for each that differs from the one before in what a browser shows.
    edition: u64,
    /// The edition that was the last to be news for every page: a class is told in another way what it sees more.
    news: u64,
    whole: PageBuild,
    /// The pages that were built since, the newest first.
    parts: Vec<PageBuild>,
    /// A page of the edition before this may still be loading what belongs to it.
    before: Option<Arc<Folder>>,
    /// What the search looks in: made for the first who searches.
    index: Arc<OnceCell<Bytes>>,
}

/// Pages, as they were on disk at one moment.
#[derive(Debug, Clone)]
struct PageBuild {
    moment: u64,
    filling: Arc<Filling>,
    /// Whether no file had changed since the build before.
    only_revealed: bool,
    folder: Arc<Folder>,
}

/// What has become of the build of a whole book.
struct Whole {
    build: PageBuild,
    problems: Result<Vec<Problem>>,
    took: Duration,
}

/// A folder that goes when nobody serves from it any more.
#[derive(Debug)]
struct Folder(PathBuf);

impl Pages {
    /// # Errors
    /// Where there can be no folder for them.
    pub(crate) fn new(house: &House, audience: Audience) -> Result<Self> {
        Ok(Self {
            house: house.clone(),
            home: house.home()?.join("serve"),
            current: watch::Sender::new(None),
            wanted: Notify::new(),
            ended: watch::Sender::new(0),
            audience: Mutex::new(audience),
            outline: watch::Sender::default(),
        })
    }

    /// Has the pages built for this audience from now on.
    pub(crate) fn show_to(&self, audience: Audience) {
        *self.audience.lock().expect("nobody panics with the lock") = audience;
        self.want();
    }

    /// Waits until pages are served on which this run is seen. Whether it came to that in time.
    pub(crate) async fn are_shown_with(&self, run: &str) -> bool {
        const WITHIN: Duration = Duration::from_secs(30);
        let mut news = self.current.subscribe();
        let shows = |served: &Option<Arc<Served>>| {
            let filling = served.as_ref().map(|it| &it.newest().filling);
            let withheld = filling.map(|it| it.withheld.as_ref());
            withheld.is_some_and(|it| it.is_none_or(|it| !it.has(run)))
        };
        let shown = tokio::time::timeout(WITHIN, news.wait_for(shows)).await;
        matches!(shown, Ok(Ok(_)))
    }

    /// All pages for who teaches with them, and again when they are others.
    pub(crate) fn outline(&self) -> watch::Receiver<Arc<Vec<PageOutline>>> {
        self.outline.subscribe()
    }

    /// The runs that the pages, as they are served, withhold from who reads them. Waits for the first pages.
    pub(crate) async fn withheld(&self) -> Withheld {
        let served = self.served().await;
        served.newest().filling.withheld.clone().unwrap_or_default()
    }

    /// Has the pages built anew; once more where that is going on already.
    pub(crate) fn want(&self) {
        self.wanted.notify_one();
    }

    /// Waits until there are pages.
    pub(crate) async fn are_there(&self) {
        self.served().await;
    }

    /// Waits until the next build has ended, or a while if none comes.
    pub(crate) async fn are_new(&self) {
        let mut news = self.ended.subscribe();
        let _ = tokio::time::timeout(Duration::from_secs(5), news.changed()).await;
    }

    /// Builds the pages when they are wanted, without end; at once for the first time. Programs are not built in the
    /// background meanwhile.
    pub(crate) async fn work(&self, programs: &Builds) {
        self.want();
        let first_index = async {
            let served = self.served().await;
            // Who searches is told what is wrong with it.
            let _ = self.index_of(&served).await;
        };
        tokio::join!(first_index, self.build_when_wanted(programs));
    }

    async fn build_when_wanted(&self, programs: &Builds) {
        let mut builder = PageBuilder::new(&self.house);
        let mut moment = 0;
        // One whole book at a time. What changes meanwhile does not wait for it, but for the next.
        let mut whole: Option<JoinHandle<Whole>> = None;
        let mut next: Option<(u64, Look)> = None;
        let mut _hold = None;
        loop {
            if whole.is_none() {
                whole = next.take().map(|it| self.begin_whole(it));
            }
            if whole.is_none() {
                _hold = None;
            }
            let ended = async {
                match &mut whole {
                    Some(whole) => whole.await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                biased;
                () = self.wanted.notified() => {
                    _hold = Some(programs.hold());
                    moment += 1;
                    match self.build_concerned(moment, builder).await {
                        Ok((mut look, it)) => {
                            // What was to be built and was not is news with this.
                            look.only_revealed &= next.is_none_or(|(_, it)| it.only_revealed);
                            next = Some((moment, look));
                            builder = it;
                        }
                        Err(error) => {
                            complain!("error: the reading of the pages panicked: {error}");
                            builder = PageBuilder::new(&self.house);
                        }
                    }
                }
                ended = ended => {
                    whole = None;
                    self.end_whole(ended).await;
                }
            }
        }
    }

    /// Looks at what has changed, and builds and serves the pages that it concerns, where those are not all. What goes
    /// wrong with that is told when the whole book is built. Gives what that is built from.
    async fn build_concerned(
        &self,
        moment: u64,
        mut builder: PageBuilder,
    ) -> Result<(Look, PageBuilder), JoinError> {
        let start = Instant::now();
        let audience = self.audience.lock();
        let audience = audience.expect("nobody panics with the lock").clone();
        let look = move || (builder.look(&audience), builder);
        let (mut look, builder) = tokio::task::spawn_blocking(look).await?;
        self.outline.send_if_modified(|outline| {
            let is_other = !Arc::ptr_eq(outline, &look.outline);
            outline.clone_from(&look.outline);
            is_other
        });
        let served = self.current.borrow().clone();
        if let (Some(served), Some(pages)) = (served, look.concerned.take())
            && let Some(built) = self.build_part(moment, &look, pages, &served).await
        {
            let names: Vec<_> = built
                .iter()
                .map(|path| path.strip_prefix("book/").unwrap_or(path))
                .collect();
            let took = start.elapsed().as_secs_f64();
            say!("built {} in {took:.1} s", names.join(", "));
        }
        Ok((look, builder))
    }

    /// Builds and serves these pages beside what is served, and gives their paths; none where that did not come to pass.
    async fn build_part(
        &self,
        moment: u64,
        look: &Look,
        pages: BTreeSet<String>,
        served: &Served,
    ) -> Option<Vec<String>> {
        let folder = Folder(self.home.join(format!("{moment}-part")));
        let build = {
            let (filling, whole) = (look.filling.clone(), served.whole.folder.clone());
            move || {
                let built = mdbook::build_pages(&filling, &pages, &folder.0, &whole.0);
                built.map(|built| (built, folder))
            }
        };
        let (built, folder) = tokio::task::spawn_blocking(build).await.ok()?.ok()?;
        if built.is_empty() {
            return None;
        }
        let edition = served.edition + 1;
        let part = PageBuild {
            moment,
            filling: look.filling.clone(),
            only_revealed: look.only_revealed,
            folder: Arc::new(folder),
        };
        let parts = std::iter::once(part).chain(served.parts.iter().cloned());
        self.current.send_replace(Some(Arc::new(Served {
            edition,
            news: if look.only_revealed {
                served.news
            } else {
                edition
            },
            whole: served.whole.clone(),
            parts: parts.collect(),
            before: served.before.clone(),
            index: Arc::default(),
        })));
        self.ended.send_modify(|ended| *ended += 1);
        Some(built)
    }

    fn begin_whole(&self, (moment, look): (u64, Look)) -> JoinHandle<Whole> {
        let Look {
            filling,
            only_revealed,
            ..
        } = look;
        let folder = Folder(self.home.join(moment.to_string()));
        tokio::task::spawn_blocking(move || {
            let start = Instant::now();
            let problems = mdbook::build_without_index(&filling, &folder.0);
            Whole {
                build: PageBuild {
                    moment,
                    filling,
                    only_revealed,
                    folder: Arc::new(folder),
                },
                problems,
                took: start.elapsed(),
            }
        })
    }

    async fn end_whole(&self, whole: Result<Whole, JoinError>) {
        let served = self.current.borrow().clone();
        match whole {
            Ok(Whole {
                build,
                problems: Ok(problems),
                took,
            }) => {
                let found = match terminal::report(problems) {
                    0 => String::new(),
                    n => format!(", with {}", units::count(n, "problem")),
                };
                let what = match served {
                    Some(_) => "the whole book",
                    None => "the pages",
                };
                say!("built {what} in {:.1} s{found}", took.as_secs_f64());
                self.serve_whole(served, build).await;
            }
            Ok(Whole {
                build,
                problems: Err(error),
                ..
            }) => {
                complain!(
                    "error: {error:#}\n  help: mend it; the pages stay as they were until then"
                );
                if served.is_none() {
                    let page = "The book could not be built: see the terminal.";
                    let folder = &build.folder.0;
                    let _ = std::fs::create_dir_all(folder);
                    let _ = std::fs::write(folder.join("index.html"), page);
                    self.serve_whole(None, build).await;
                }
            }
            Err(error) => complain!("error: the build of the pages panicked: {error}"),
        }
        self.ended.send_modify(|ended| *ended += 1);
    }

    /// Serves a whole book instead of what was served. Pages that are newer stay.
    async fn serve_whole(&self, before: Option<Arc<Served>>, whole: PageBuild) {
        let Some(before) = before else {
            self.current.send_replace(Some(Arc::new(Served {
                edition: 1,
                news: 1,
                whole,
                parts: Vec::new(),
                before: None,
                index: Arc::default(),
            })));
            return;
        };
        let is_newer = |part: &&PageBuild| part.moment > whole.moment;
        let parts = before.parts.iter().filter(is_newer).cloned();
        let nothing_new = before.newest().moment >= whole.moment;
        let mut now = Served {
            edition: before.edition,
            news: before.news,
            parts: parts.collect(),
            before: before.before.clone(),
            index: before.index.clone(),
            whole,
        };
        let compare = {
            let before = before.clone();
            move || (before.looks_like(&now), now)
        };
        let Ok((same, it)) = tokio::task::spawn_blocking(compare).await else {
            return;
        };
        now = it;
        if !same {
            now.edition += 1;
            if !now.whole.only_revealed {
                now.news = now.edition;
            }
            now.before = Some(before.whole.folder.clone());
        }
        if !nothing_new {
            now.index = Arc::default();
        }
        self.current.send_replace(Some(Arc::new(now)));
    }

    /// What is served; waits for the first.
    async fn served(&self) -> Arc<Served> {
        let mut news = self.current.subscribe();
        let served = news.wait_for(Option::is_some).await;
        let served = served.expect("these are the pages' own news");
        served.clone().expect("waited for it")
    }

    /// The number of the edition that is served; 0 before the first.
    pub(crate) fn edition(&self) -> u64 {
        self.current.borrow().as_ref().map_or(0, |it| it.edition)
    }

    /// Answers a request for a page, or for what belongs to one. A page gets `head` before the end of its
    /// head, and `end` at its own end: pages on disk are the same however they are built.
    pub(crate) async fn answer(&self, request: Request, head: &str, end: &str) -> Response {
        let served = self.served().await;
        let (parts, _) = request.into_parts();
        if mdbook::is_search_index(parts.uri.path()) {
            return self.search_index(&served).await;
        }
        let is_page = Path::new(parts.uri.path())
            .extension()
            .is_none_or(|extension| extension == "html");
        let mut found = Ok(None);
        for folder in served.folders(is_page) {
            let again = Request::from_parts(parts.clone(), Body::empty());
            found = file(&folder.0, again).await;
            if !matches!(found, Ok(None)) {
                break;
            }
        }
        let mut response = match found {
            Ok(Some(response)) => response,
            Ok(None) => {
                let page = tokio::fs::read(served.whole.folder.0.join("404.html")).await;
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
            return dressed(response, head, end).await;
        }
        response
    }

    async fn search_index(&self, served: &Served) -> Response {
        match self.index_of(served).await {
            Ok(index) => {
                let headers = [
                    (header::CONTENT_TYPE, "text/javascript"),
                    (header::CACHE_CONTROL, "no-cache"),
                ];
                (headers, index).into_response()
            }
            Err(error) => {
                let words = format!("failed to make the search index: {error:#}");
                (StatusCode::INTERNAL_SERVER_ERROR, words).into_response()
            }
        }
    }

    async fn index_of(&self, served: &Served) -> Result<Bytes> {
        let PageBuild {
            moment, filling, ..
        } = served.newest().clone();
        let folder = Folder(self.home.join(format!("{moment}-index")));
        let make = async move || {
            let make = move || mdbook::search_index(&filling, &folder.0);
            let index = tokio::task::spawn_blocking(make).await??;
            Ok(Bytes::from(index))
        };
        served.index.get_or_try_init(make).await.cloned()
    }

    /// Tells a page which edition is served, and again at each new one, until the server is ending.
    pub(crate) fn reloads(
        &self,
        ending: CancellationToken,
    ) -> Sse<impl Stream<Item = Result<sse::Event, Infallible>> + use<>> {
        let events = self.editions().map(|edition| {
            let event = sse::Event::default();
            Ok(event.data(edition))
        });
        let events = events.take_until(ending.cancelled_owned());
        Sse::new(events).keep_alive(KeepAlive::default())
    }

    /// Names the edition that is served, and again each that is news for every page.
    pub(crate) fn editions(&self) -> impl Stream<Item = String> + use<> {
        // The process's number with it, so that a page also reloads when the server was started anew.
        let server = std::process::id();
        let news = WatchStream::new(self.current.subscribe());
        let editions = news.filter_map(async |served| Some(served?.news));
        let mut told = 0;
        let news = editions.filter(move |edition| {
            let is_news = *edition != told;
            told = *edition;
            std::future::ready(is_news)
        });
        news.map(move |edition| format!("{server}.{edition}"))
    }
}

impl Served {
    /// What was built last.
    fn newest(&self) -> &PageBuild {
        self.parts.first().unwrap_or(&self.whole)
    }

    /// Where to look for a file, one after the other. A page is never taken from the edition before.
    fn folders(&self, is_page: bool) -> impl Iterator<Item = &Folder> {
        let newest = self.parts.iter().chain([&self.whole]);
        let before = self.before.iter().filter(move |_| !is_page);
        newest
            .map(|build| &build.folder)
            .chain(before)
            .map(|folder| &**folder)
    }

    /// Whether a browser has nothing new to show: all files are the same, but for that of all pages in one.
    fn looks_like(&self, other: &Self) -> bool {
        let files = mdbook::files_in(&self.whole.folder.0);
        let is_the_same = |file: &String| {
            let (a, b) = (self.place(file), other.place(file));
            let read = |path: &Path| std::fs::read(path).ok();
            file == "print.html" || a == b || read(&a) == read(&b)
        };
        files == mdbook::files_in(&other.whole.folder.0) && files.iter().all(is_the_same)
    }

    /// Where this file of a whole book is.
    fn place(&self, file: &str) -> PathBuf {
        let parts = self.parts.iter().map(|part| part.folder.0.join(file));
        let part = parts.into_iter().find(|path| path.is_file());
        part.unwrap_or_else(|| self.whole.folder.0.join(file))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
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

/// The page with `head` in it, and `end` at its end.
async fn dressed(response: Response, head: &str, end: &str) -> Response {
    let (mut parts, body) = response.into_parts();
    let Ok(bytes) = axum::body::to_bytes(body, PAGE_BYTES).await else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let mut html = bytes.to_vec();
    html.extend_from_slice(end.as_bytes());
    // Code on a page has `&lt;` for `<`: the first is the end of the head.
    if let Some(at) = memchr::memmem::find(&html, b"</head>") {
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
