//! The book as a reader comes to it: on a static host, or from `cargo workbook serve`.

use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use axum::Router;
use tokio::sync::oneshot;
use tower_http::services::{ServeDir, ServeFile};

use crate::book::{Book, Ran, tool};
use crate::server::Server;

/// The clone that this test was built in.
pub(crate) fn clone() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors()
        .nth(2)
        .expect("it is in the workspace")
        .to_owned()
}

/// Files behind the plainest of servers, as on any static host.
#[derive(Debug)]
pub(crate) struct Static {
    port: u16,
    _stop: oneshot::Sender<()>,
    _book: Option<Book>,
}

impl Static {
    /// Builds the pages of a book, and serves them.
    pub(crate) fn of(book: Book) -> Self {
        book.run(["build"]).succeeded();
        let mut site = Self::at(&book.path("target/book"));
        site._book = Some(book);
        site
    }

    /// The pages of the real book, built once.
    pub(crate) fn of_the_clone() -> Self {
        static BUILT: OnceLock<()> = OnceLock::new();
        BUILT.get_or_init(|| {
            Ran::of(tool(["build"]).current_dir(clone())).succeeded();
        });
        Self::at(&clone().join("target/book"))
    }

    fn at(folder: &Path) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
        listener.set_nonblocking(true).expect("it was just made");
        let port = listener.local_addr().expect("it listens").port();
        let files =
            ServeDir::new(folder).not_found_service(ServeFile::new(folder.join("404.html")));
        let app = Router::new().fallback_service(files);
        let (stop, stopped) = oneshot::channel();
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build();
            runtime.expect("a runtime").block_on(async {
                let listener = tokio::net::TcpListener::from_std(listener).expect("a listener");
                tokio::select! {
                    _ = stopped => {}
                    served = axum::serve(listener, app) => served.expect("it serves"),
                }
            });
        });
        Self {
            port,
            _stop: stop,
            _book: None,
        }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}/{path}", self.port)
    }
}

/// `cargo workbook serve` in the clone, for reading only: what it would build in the background, and for minutes
/// where nothing is built yet, is not built.
pub(crate) fn served_clone() -> Server {
    let mut serve = tool(["serve", "--port", "0"]);
    Server::of(serve.current_dir(clone()).env("CARGO", "false"))
}
