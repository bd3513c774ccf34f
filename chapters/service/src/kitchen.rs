//! The kitchen: somebody else's service, which may be busy.
use crate::pause;
use axum::extract::{Path, State};
use axum::{Router, http::StatusCode, routing::post};
use std::collections::HashSet;
use std::future::IntoFuture;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use tokio::net::TcpListener;
use tokio_util::task::AbortOnDropHandle;

/// A kitchen that is open until this is dropped.
#[derive(Debug)]
pub struct Kitchen {
    pub address: SocketAddr,
    book: Arc<Mutex<Book>>,
    _server: AbortOnDropHandle<io::Result<()>>,
}

/// What the kitchen has written down.
#[derive(Debug, Default, Clone)]
pub struct Book {
    pub requests: u32,
    pub busy: u32,
    /// By their numbers, so that none is brewed twice.
    pub brewed: HashSet<i64>,
    /// Asked for, and brewed already.
    pub again: u32,
}

// part: brew
async fn brew(
    State(book): State<Arc<Mutex<Book>>>,
    Path(order): Path<i64>,
) -> StatusCode {
    pause(2).await;
    let mut book = book.lock().unwrap();
    book.requests += 1;
    if book.requests % 10 == 2 {
        book.busy += 1;
        return StatusCode::SERVICE_UNAVAILABLE;
    }
    if !book.brewed.insert(order) {
        book.again += 1; // noticed, by the number
    }
    StatusCode::OK
}
// end: brew

impl Kitchen {
    /// # Errors
    /// Where no port is free.
    pub async fn open() -> io::Result<Self> {
        let book = Arc::default();
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let routes = Router::new().route("/brew/{order}", post(brew));
        let routes = routes.with_state(Arc::clone(&book));
        let server = axum::serve(listener, routes).into_future();
        let _server = AbortOnDropHandle::new(tokio::spawn(server));
        Ok(Self {
            address,
            book,
            _server,
        })
    }

    /// What is written in its book.
    #[must_use]
    pub fn book(&self) -> Book {
        self.book.lock().unwrap().clone()
    }
}
