//! `cargo workbook serve`: the book on this machine, built anew and reloaded when a file changes.
//!
//! Each build goes into a folder of its own, and a reader is switched to it when it is whole: no request ever
//! sees a half-built book.

use std::convert::Infallible;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::sse::{self, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use futures::{Stream, StreamExt};
use notify::event::{AccessKind, AccessMode};
use notify::{EventKind, RecursiveMode, Watcher};
use tokio::net::TcpListener;
use tokio::sync::{mpsc, watch};
use tokio_stream::wrappers::WatchStream;
use tower_http::services::ServeDir;

use crate::house::House;
use crate::problem;
use crate::site;

const USUAL_PORT: u16 = 3000;
/// Editors write a file in several steps: wait until they are done.
const SETTLE: Duration = Duration::from_millis(60);
/// Builds that are kept: the one that is served, and one that a page may still be loading from.
const KEPT: usize = 2;

/// The build that is served: its number and its folder. None before the first is done.
type Current = watch::Receiver<Option<Arc<Built>>>;

#[derive(Debug)]
struct Built {
    number: u64,
    folder: PathBuf,
}

/// Serves until interrupted.
///
/// # Errors
/// Where the port cannot be had or the files cannot be watched.
pub(crate) async fn serve(house: &House, port: Option<u16>, open: bool) -> Result<bool> {
    let listener = listen(port).await?;
    let address = listener
        .local_addr()
        .context("failed to read the server's own address")?;
    let url = format!("http://{address}/");
    println!("the book is at {url}  (Ctrl-C stops it)");
    if open {
        open_browser(&url);
    }
    let (publish, current) = watch::channel(None);
    let (changed, changes) = mpsc::unbounded_channel();
    let _watcher = watch_files(house, changed)?;
    tokio::spawn(build_on_change(house.clone(), changes, publish));
    let app = router(current, address.port());
    axum::serve(listener, app)
        .with_graceful_shutdown(interrupted())
        .await
        .context("the server failed")?;
    Ok(true)
}

async fn interrupted() {
    if tokio::signal::ctrl_c().await.is_ok() {
        // Pages hold their event stream open: there is nothing to wait for.
        std::process::exit(0);
    }
    std::future::pending::<()>().await;
}

async fn listen(port: Option<u16>) -> Result<TcpListener> {
    let at = |port| SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    if let Some(port) = port {
        return TcpListener::bind(at(port)).await.with_context(|| {
            format!("failed to listen on port {port}\n  help: name another with --port, or 0 for any that is free")
        });
    }
    match TcpListener::bind(at(USUAL_PORT)).await {
        Ok(listener) => Ok(listener),
        Err(_) => {
            println!("port {USUAL_PORT} is taken, taking another");
            TcpListener::bind(at(0))
                .await
                .context("failed to listen on any port of 127.0.0.1")
        }
    }
}

fn open_browser(url: &str) {
    let (program, arguments): (&str, &[&str]) = match std::env::consts::OS {
        "macos" => ("open", &[]),
        "windows" => ("cmd", &["/C", "start", ""]),
        _ => ("xdg-open", &[]),
    };
    let started = std::process::Command::new(program)
        .args(arguments)
        .arg(url)
        .stdin(std::process::Stdio::null())
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .spawn();
    if started.is_err() {
        println!("could not open a browser: open the address above yourself");
    }
}

/// Sends a word whenever a file that the pages are made of has changed.
fn watch_files(house: &House, changed: mpsc::UnboundedSender<()>) -> Result<impl Watcher> {
    let mut watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
        if event.is_ok_and(|event| is_change(&event)) {
            let _ = changed.send(());
        }
    })
    .context("failed to watch the files of the book")?;
    for (path, mode) in [
        (house.book(), RecursiveMode::Recursive),
        (house.chapters(), RecursiveMode::Recursive),
        // The folder, not the files in it: an editor that renames a new file over the old one would
        // leave a watch on a file that is gone.
        (house.root().to_owned(), RecursiveMode::NonRecursive),
    ] {
        watcher
            .watch(&path, mode)
            .with_context(|| format!("failed to watch `{}`", path.display()))?;
    }
    Ok(watcher)
}

/// Reading a file is an event too, and building reads them all: only a write counts.
fn is_change(event: &notify::Event) -> bool {
    let written = match event.kind {
        EventKind::Access(AccessKind::Close(AccessMode::Write)) => true,
        EventKind::Access(_) => false,
        _ => true,
    };
    // The lock file and build output at the root come and go with every cargo command.
    let ours = |path: &PathBuf| {
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        !name.starts_with('.') && !name.ends_with('~') && name != "target"
    };
    written && event.paths.iter().any(ours)
}

async fn build_on_change(
    house: House,
    mut changes: mpsc::UnboundedReceiver<()>,
    publish: watch::Sender<Option<Arc<Built>>>,
) {
    // Under the process's own number: two servers of one clone keep out of each other's way.
    let home = house
        .scratch()
        .join("serve")
        .join(std::process::id().to_string());
    remove_leftovers(&house.scratch().join("serve"));
    for number in 1.. {
        let folder = home.join(number.to_string());
        let start = Instant::now();
        let building = (house.clone(), folder.clone());
        let built =
            tokio::task::spawn_blocking(move || site::build(&building.0, &building.1)).await;
        match built {
            Ok(Ok(problems)) => {
                let found = problem::report(problems);
                let found = match found {
                    0 => String::new(),
                    n => format!(", with {}", problem::count(n, "problem")),
                };
                println!(
                    "built the pages in {:.1} s{found}",
                    start.elapsed().as_secs_f64()
                );
                publish.send_replace(Some(Arc::new(Built { number, folder })));
                if number as usize > KEPT {
                    let old = home.join((number as usize - KEPT).to_string());
                    let _ = std::fs::remove_dir_all(old);
                }
            }
            Ok(Err(error)) => {
                eprintln!(
                    "error: {error:#}\n  help: mend it; the pages stay as they were until then"
                );
                if publish.borrow().is_none() {
                    let page = "The book could not be built: see the terminal.";
                    let _ = std::fs::create_dir_all(&folder);
                    let _ = std::fs::write(folder.join("index.html"), page);
                    publish.send_replace(Some(Arc::new(Built { number, folder })));
                }
            }
            Err(error) => eprintln!("error: the build of the pages panicked: {error}"),
        }
        if changes.recv().await.is_none() {
            return;
        }
        tokio::time::sleep(SETTLE).await;
        while changes.try_recv().is_ok() {}
    }
}

/// Removes the builds of servers that are no more.
fn remove_leftovers(folder: &Path) {
    for entry in crate::house::sorted_entries(folder) {
        let modified = entry.metadata().and_then(|metadata| metadata.modified());
        let age = modified.ok().and_then(|modified| modified.elapsed().ok());
        if age.is_some_and(|age| age > Duration::from_secs(24 * 3600)) {
            let _ = std::fs::remove_dir_all(entry);
        }
    }
}

fn router(current: Current, port: u16) -> Router {
    let allowed = Arc::new([format!("127.0.0.1:{port}"), format!("localhost:{port}")]);
    Router::new()
        .route("/api/reload", get(reloads))
        .route("/api/reload.js", get(reload_script))
        .fallback(page)
        .layer(middleware::from_fn(
            move |headers: HeaderMap, request: Request, next: Next| {
                let allowed = allowed.clone();
                async move {
                    let host = headers
                        .get(header::HOST)
                        .and_then(|host| host.to_str().ok());
                    if host.is_some_and(|host| allowed.iter().any(|known| known == host)) {
                        next.run(request).await
                    } else {
                        // A page elsewhere whose name was made to point here must not read the book.
                        let words = "this server answers to 127.0.0.1 and localhost only";
                        (StatusCode::MISDIRECTED_REQUEST, words).into_response()
                    }
                }
            },
        ))
        .with_state(current)
}

/// The build that is served; waits for the first.
async fn whole(current: &mut Current) -> Arc<Built> {
    let built = current.wait_for(Option::is_some).await;
    let built = built.expect("the builder outlives the server");
    built.clone().expect("waited for it")
}

async fn page(State(mut current): State<Current>, request: Request) -> Response {
    let built = whole(&mut current).await;
    let mut files = ServeDir::new(&built.folder);
    let response = match files.try_call(request).await {
        Ok(response) => Some(response.map(Body::new)),
        Err(error) if is_absence(&error) => None,
        Err(error) => {
            let words = format!("failed to read the page: {error}");
            return (StatusCode::INTERNAL_SERVER_ERROR, words).into_response();
        }
    };
    let Some(mut response) = response.filter(|it| it.status() != StatusCode::NOT_FOUND) else {
        let page = tokio::fs::read(built.folder.join("404.html"))
            .await
            .unwrap_or_default();
        let kind = [(header::CONTENT_TYPE, "text/html; charset=utf-8")];
        return (StatusCode::NOT_FOUND, kind, page).into_response();
    };
    response.headers_mut().insert(
        header::CACHE_CONTROL,
        header::HeaderValue::from_static("no-cache"),
    );
    let is_html = response
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    if is_html && response.status() == StatusCode::OK {
        return with_reload(response).await;
    }
    response
}

fn is_absence(error: &std::io::Error) -> bool {
    use std::io::ErrorKind::{InvalidFilename, NotADirectory, NotFound, PermissionDenied};
    matches!(
        error.kind(),
        NotFound | NotADirectory | PermissionDenied | InvalidFilename
    )
}

/// The page with a line at its end that makes it reload. Pages on disk have none, so that they are the same
/// however they are built.
async fn with_reload(response: Response) -> Response {
    let (mut parts, body) = response.into_parts();
    let Ok(bytes) = axum::body::to_bytes(body, 64 << 20).await else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let mut html = bytes.to_vec();
    html.extend_from_slice(b"<script src=\"/api/reload.js\"></script>\n");
    for header in [
        header::CONTENT_LENGTH,
        header::LAST_MODIFIED,
        header::ACCEPT_RANGES,
    ] {
        parts.headers.remove(header);
    }
    Response::from_parts(parts, Body::from(html))
}

async fn reload_script() -> impl IntoResponse {
    const SCRIPT: &str = "'use strict';\n\
        // Reloads the page when the book was built anew. The browser keeps the place on the page.\n\
        let build;\n\
        new EventSource('/api/reload').onmessage = (event) => {\n\
        \x20   if (build !== undefined && build !== event.data) location.reload();\n\
        \x20   build = event.data;\n\
        };\n";
    (
        [(header::CONTENT_TYPE, "text/javascript; charset=utf-8")],
        SCRIPT,
    )
}

async fn reloads(
    State(current): State<Current>,
) -> Sse<impl Stream<Item = Result<sse::Event, Infallible>>> {
    // The process's number with it, so that a page also reloads when the server was started anew.
    let server = std::process::id();
    let events = WatchStream::new(current).filter_map(move |built| async move {
        let built = built?;
        Some(Ok(
            sse::Event::default().data(format!("{server}.{}", built.number))
        ))
    });
    Sse::new(events).keep_alive(KeepAlive::default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use notify::event::{AccessKind, CreateKind};

    #[test]
    fn reading_a_file_is_no_change() {
        let event = |kind| notify::Event::new(kind).add_path("/b/book/a.md".into());
        assert!(!is_change(&event(EventKind::Access(AccessKind::Open(
            AccessMode::Read
        )))));
        assert!(!is_change(&event(EventKind::Access(AccessKind::Close(
            AccessMode::Read
        )))));
        assert!(is_change(&event(EventKind::Access(AccessKind::Close(
            AccessMode::Write
        )))));
        assert!(is_change(&event(EventKind::Create(CreateKind::File))));
    }

    #[test]
    fn what_editors_leave_behind_is_no_change() {
        let event = |path: &str| {
            notify::Event::new(EventKind::Create(CreateKind::File)).add_path(path.into())
        };
        assert!(!is_change(&event("/b/book/.a.md.swp")));
        assert!(!is_change(&event("/b/book/a.md~")));
        assert!(is_change(&event("/b/book/a.md")));
    }
}
