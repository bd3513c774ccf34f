//! Connections: how many there are at once, and how long one keeps its place without asking for anything.
//!
//! Each takes an open file of the server's, and the programs that run need some, too. When all places are taken, who
//! comes gets that of the connection which has asked for nothing for the longest; who is being answered keeps it.

use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex, MutexGuard};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use hyper::body::{Bytes, Frame, Incoming, SizeHint};
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::serve::http::class::ROOM_EVENTS;
use crate::serve::http::router::RELOADS;
use crate::terminal::complain;

/// A request's head that takes longer to arrive is given up, and so is a connection on which no other comes.
const HEAD_WITHIN: Duration = Duration::from_secs(30);
/// Nobody loses a place sooner: a request may have come that is not read yet.
const AT_LEAST: Duration = Duration::from_millis(250);
/// Who takes nothing of an answer for so long may lose the place. A stream has a sign of life to send long before.
const TAKES_WITHIN: Duration = Duration::from_secs(30);
/// How often it is asked whether a place can be had, where all are taken by who is being answered.
const ASK_EVERY: Duration = Duration::from_millis(50);
/// After the server's end is told, what was answered is still sent for so long.
const SEND_WITHIN: Duration = Duration::from_millis(200);

/// Open files of the server's own: its listener, what it watches, cargo's pipes.
const OWN_FILES: u64 = 32;
/// Open files for a program that runs.
const FILES_OF_A_RUN: u64 = 6;
/// Open files for a connection: its own, and the one that is sent.
const FILES_OF_A_CONNECTION: u64 = 2;
/// More connections than that nobody needs.
const MOST: u64 = 4096;

/// What there is room for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Room {
    pub(crate) connections: usize,
    /// Programs that run at once.
    pub(crate) slots: usize,
}

impl Room {
    /// Room for so many programs, as far as the system lets this process open files.
    pub(crate) fn for_slots(slots: usize) -> Self {
        Self::of(open_files(), slots)
    }

    fn of(files: u64, slots: usize) -> Self {
        let slots = (slots as u64).min(files / 12).max(1);
        let left = files.saturating_sub(OWN_FILES + slots * FILES_OF_A_RUN);
        let connections = (left / FILES_OF_A_CONNECTION).max(files / 8).clamp(4, MOST);
        Self {
            connections: connections as usize,
            slots: slots as usize,
        }
    }
}

/// Lets this process open as many files as the system allows, where that is few: a class of two hundred has two hundred
/// pages open. macOS gives 256 at first.
pub(crate) fn make_room_for_a_class() {
    const WANTED: u64 = 4096;
    #[cfg(unix)]
    if open_files() < WANTED {
        // Where it is not granted, there is less room, and the server goes on.
        let _ = rlimit::increase_nofile_limit(WANTED);
    }
}

#[cfg(unix)]
fn open_files() -> u64 {
    let limit = rlimit::getrlimit(rlimit::Resource::NOFILE);
    limit.map_or(256, |(soft, _)| soft)
}

#[cfg(not(unix))]
fn open_files() -> u64 {
    8192
}

/// Answers who connects until `ending` is cancelled, and then what has been asked by then.
pub(crate) async fn answer(
    listener: TcpListener,
    router: Router,
    most: usize,
    ending: CancellationToken,
) {
    Connections::new(router, most, HEAD_WITHIN, ending)
        .answer(listener)
        .await;
}

struct Connections {
    router: Router,
    head_within: Duration,
    free: Arc<Semaphore>,
    taken: Arc<Taken>,
    tasks: TaskTracker,
    ending: CancellationToken,
}

/// The places that are taken, by their numbers, which only grow.
#[derive(Debug, Default)]
struct Taken(Mutex<BTreeMap<u64, Arc<Seat>>>);

/// The place of one connection.
#[derive(Debug)]
struct Seat {
    doing: Mutex<Doing>,
    lost: CancellationToken,
}

/// What a connection does, and since when.
#[derive(Debug, Clone, Copy)]
enum Doing {
    /// It waits for a request, or for the rest of a head.
    Waits(Instant),
    Answers,
    /// The part of the answer that was asked for last was asked for then.
    Sends(Instant),
    /// It sends what a page asks for again by itself, when it was lost.
    Tells(Instant),
}

impl Connections {
    fn new(router: Router, most: usize, head_within: Duration, ending: CancellationToken) -> Self {
        Self {
            router,
            head_within,
            free: Arc::new(Semaphore::new(most)),
            taken: Arc::default(),
            tasks: TaskTracker::new(),
            ending,
        }
    }

    async fn answer(&self, listener: TcpListener) {
        let mut number = 0;
        let accept = async {
            loop {
                let connection = self.accept(&listener).await;
                let place = self.place().await;
                number += 1;
                self.begin(number, connection, place);
            }
        };
        let _: Option<()> = self.ending.run_until_cancelled(accept).await;
        drop(listener);
        self.tasks.close();
        self.tasks.wait().await;
    }

    /// Waits for the next who connects. Where the system has no more open files, it takes one from who needs it least.
    async fn accept(&self, listener: &TcpListener) -> TcpStream {
        let mut told = false;
        loop {
            match listener.accept().await {
                Ok((connection, _)) => return connection,
                // Who connected has gone.
                Err(error)
                    if matches!(
                        error.kind(),
                        ErrorKind::ConnectionAborted
                            | ErrorKind::ConnectionRefused
                            | ErrorKind::ConnectionReset
                            | ErrorKind::Interrupted
                    ) => {}
                Err(error) => {
                    if !told {
                        complain!(
                            "error: nobody can connect for now: {error}\n  help: end what has many files open, or \
                             raise the limit, `ulimit -n`"
                        );
                    }
                    told = true;
                    self.taken.take_one();
                    tokio::time::sleep(ASK_EVERY).await;
                }
            }
        }
    }

    /// Waits for a place.
    async fn place(&self) -> OwnedSemaphorePermit {
        loop {
            let free = self.free.clone();
            if let Ok(place) = free.clone().try_acquire_owned() {
                return place;
            }
            self.taken.take_one();
            let waits = tokio::time::timeout(ASK_EVERY, free.acquire_owned());
            if let Ok(place) = waits.await {
                return place.expect("it is never closed");
            }
        }
    }

    fn begin(&self, number: u64, connection: TcpStream, place: OwnedSemaphorePermit) {
        // An event is small, and must not wait for the next to fill a packet.
        let _ = connection.set_nodelay(true);
        let seat = Arc::new(Seat {
            doing: Mutex::new(Doing::Waits(Instant::now())),
            lost: CancellationToken::new(),
        });
        self.taken.lock().insert(number, seat.clone());
        let (router, head_within) = (self.router.clone(), self.head_within);
        let (taken, ending) = (self.taken.clone(), self.ending.clone());
        self.tasks.spawn(async move {
            // Given back also where an answer panics.
            let _left = Left { taken, number };
            let _place = place;
            see_through(connection, router, head_within, &seat, &ending).await;
        });
    }
}

/// Answers what is asked on one connection, to its end.
async fn see_through(
    connection: TcpStream,
    router: Router,
    head_within: Duration,
    seat: &Arc<Seat>,
    ending: &CancellationToken,
) {
    let router = TowerToHyperService::new(router);
    let answer = service_fn(|request: Request<Incoming>| {
        seat.now(Doing::Answers);
        let tells = [RELOADS, ROOM_EVENTS]
            .iter()
            .any(|it| request.uri().path().starts_with(it));
        let (answer, seat) = (router.call(request), seat.clone());
        async move {
            let answer = answer.await;
            let now = Instant::now();
            seat.now(if tells {
                Doing::Tells(now)
            } else {
                Doing::Sends(now)
            });
            answer.map(|answer| answer.map(|body| SeatedBody { body, seat }))
        }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(head_within)
        .serve_connection(TokioIo::new(connection), answer);
    let mut connection = pin!(connection);
    tokio::select! {
        // What goes wrong with it is over with it.
        _ = &mut connection => return,
        () = seat.lost.cancelled() => return,
        () = ending.cancelled() => connection.as_mut().graceful_shutdown(),
    }
    // Of a request whose head is not whole by now, nothing has to be done.
    let waits_in_vain = async {
        loop {
            tokio::time::sleep(SEND_WITHIN).await;
            if matches!(seat.doing(), Doing::Waits(_)) {
                return;
            }
        }
    };
    tokio::select! {
        _ = &mut connection => {}
        () = waits_in_vain => {}
    }
}

impl Taken {
    fn lock(&self) -> MutexGuard<'_, BTreeMap<u64, Arc<Seat>>> {
        self.0.lock().expect("nobody panics with the lock")
    }

    /// Takes the place from the connection that has waited for the longest; where none waits, from one that has taken
    /// nothing of its answer for a while, or else from one that only waits for news of the pages.
    fn take_one(&self) {
        let taken = self.lock();
        let seats = taken.values().filter(|seat| !seat.lost.is_cancelled());
        let before = |within| Instant::now().checked_sub(within);
        let (silent, stalled) = (before(AT_LEAST), before(TAKES_WITHIN));
        let needs = seats.filter_map(|seat| match seat.doing() {
            Doing::Waits(since) if Some(since) < silent => Some((0, since, seat)),
            Doing::Sends(since) if Some(since) < stalled => Some((1, since, seat)),
            Doing::Tells(since) if Some(since) < silent => Some((2, since, seat)),
            Doing::Waits(_) | Doing::Sends(_) | Doing::Tells(_) | Doing::Answers => None,
        });
        if let Some((_, _, seat)) = needs.min_by_key(|(rank, since, _)| (*rank, *since)) {
            seat.lost.cancel();
        }
    }
}

impl Seat {
    fn now(&self, doing: Doing) {
        *self.doing.lock().expect("nobody panics with the lock") = doing;
    }

    fn doing(&self) -> Doing {
        *self.doing.lock().expect("nobody panics with the lock")
    }
}

/// Frees a connection's place.
struct Left {
    taken: Arc<Taken>,
    number: u64,
}

impl Drop for Left {
    fn drop(&mut self) {
        self.taken.lock().remove(&self.number);
    }
}

/// An answer's body, which notes when of it is sent.
struct SeatedBody {
    body: Body,
    seat: Arc<Seat>,
}

impl hyper::body::Body for SeatedBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        if !matches!(self.seat.doing(), Doing::Tells(_)) {
            self.seat.now(Doing::Sends(Instant::now()));
        }
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for SeatedBody {
    fn drop(&mut self) {
        self.seat.now(Doing::Waits(Instant::now()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::routing::get;
    use std::net::SocketAddr;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    /// A server with so many places, its address, and its end.
    async fn server(
        most: usize,
        head_within: Duration,
    ) -> (SocketAddr, tokio::task::JoinHandle<()>, CancellationToken) {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let ending = CancellationToken::new();
        let never =
            async || Body::from_stream(futures::stream::pending::<Result<Bytes, std::io::Error>>());
        let router = Router::new()
            .route("/", get(async || "tea"))
            .route("/stream", get(never))
            .route(RELOADS, get(never));
        let connections = Connections::new(router, most, head_within, ending.clone());
        let answering = tokio::spawn(async move { connections.answer(listener).await });
        (address, answering, ending)
    }

    async fn connect(address: SocketAddr, sends: &str) -> TcpStream {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(sends.as_bytes()).await.unwrap();
        stream
    }

    /// What is answered until the connection is closed.
    async fn rest(mut stream: TcpStream) -> String {
        let mut text = Vec::new();
        let read = stream.read_to_end(&mut text);
        let read = tokio::time::timeout(Duration::from_secs(10), read).await;
        // Closed with something unread it is reset.
        let _ = read.expect("it is closed");
        String::from_utf8(text).unwrap()
    }

    const ONCE: &str = "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";

    #[tokio::test]
    async fn who_asks_for_nothing_is_let_go() {
        let (address, ..) = server(8, Duration::from_millis(50)).await;
        let silent = connect(address, "").await;
        let half = connect(address, "GET / HTTP/1.1\r\nHost: x\r\n").await;
        let kept = connect(address, "GET / HTTP/1.1\r\nHost: x\r\n\r\n").await;
        assert_eq!(rest(silent).await, "");
        rest(half).await;
        let kept = rest(kept).await;
        assert!(kept.ends_with("\r\n\r\ntea"), "{kept}");
    }

    #[tokio::test]
    async fn who_comes_gets_the_place_of_who_asks_for_nothing() {
        let (address, ..) = server(2, HEAD_WITHIN).await;
        let mut stream = connect(address, "GET /stream HTTP/1.1\r\nHost: x\r\n\r\n").await;
        stream.read_u8().await.unwrap();
        let mut held = Vec::new();
        for _ in 0..3 {
            held.push(connect(address, "").await);
            held.push(connect(address, "GET / HT").await);
            let answer = rest(connect(address, ONCE).await).await;
            assert!(answer.ends_with("tea"), "{answer}");
        }
        let mut rest = [0; 1000];
        let more = async { while stream.read(&mut rest).await.unwrap() > 0 {} };
        let closed = tokio::time::timeout(Duration::from_millis(100), more).await;
        assert!(closed.is_err(), "the stream keeps its place");
    }

    #[tokio::test]
    async fn pages_that_wait_for_news_keep_nobody_out() {
        let (address, ..) = server(2, HEAD_WITHIN).await;
        let news = format!("GET {RELOADS} HTTP/1.1\r\nHost: x\r\n\r\n");
        let mut held = Vec::new();
        for _ in 0..4 {
            let mut stream = connect(address, &news).await;
            stream.read_u8().await.unwrap();
            held.push(stream);
        }
        let answer = rest(connect(address, ONCE).await).await;
        assert!(answer.ends_with("tea"), "{answer}");
        let first = rest(held.swap_remove(0)).await;
        assert!(first.contains("200 OK"), "{first}");
    }

    #[tokio::test]
    async fn at_the_end_nobody_is_waited_for_who_asks_for_nothing() {
        let (address, answering, ending) = server(8, HEAD_WITHIN).await;
        let _silent = connect(address, "").await;
        let _half = connect(address, "GET / HT").await;
        let answer = rest(connect(address, ONCE).await).await;
        assert!(answer.ends_with("tea"), "{answer}");
        ending.cancel();
        let end = tokio::time::timeout(Duration::from_secs(2), answering).await;
        end.expect("soon").unwrap();
    }

    #[test]
    fn there_is_room_for_those_who_are_served() {
        let room = |files, slots| {
            let Room { connections, slots } = Room::of(files, slots);
            (connections, slots)
        };
        assert_eq!(room(1024, 8), (472, 8));
        assert_eq!(room(256, 8), (88, 8));
        assert_eq!(room(64, 8), (8, 5));
        assert_eq!(room(1024, 256), (241, 85));
        assert_eq!(room(0, 8), (4, 1));
        assert_eq!(room(u64::MAX, 8), (4096, 8));
    }
}
