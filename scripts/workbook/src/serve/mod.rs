//! `cargo workbook serve`: the book on this machine, its programs run as readers ask for them.
//!
//! [`http`] answers requests: it says who may ask and what for, and has the pages. [`builds`] builds the programs, anew
//! when a file is another, and records what its author has saved. [`live`] is one run from the request to its end, and
//! [`class`] the room of a teacher's server.

mod builds;
mod class;
mod enter;
mod http;
mod ids;
mod key;
mod live;
mod refusal;
mod supervisor;

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use anyhow::{Context, Result};
use futures::FutureExt;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::book::house::House;
use crate::book::library::Library;
use crate::exec::changes::{self, Batch, Part};
use crate::exec::interrupts::Interrupts;
use crate::model::units;
use crate::serve::builds::author::{self, Author, Saved};
use crate::serve::class::Class;
use crate::serve::class::joined::Joined;
use crate::serve::http::asked::Server;
use crate::serve::http::connections::{self, Room};
use crate::serve::http::gate::{Gate, in_url};
use crate::serve::http::page_builder::Audience;
use crate::serve::http::pages::Pages;
use crate::serve::http::router;
use crate::serve::key::KeyOf;
use crate::serve::live::run::Live;
use crate::serve::supervisor::Supervisor;
use crate::terminal::say;

const USUAL_PORT: u16 = 3000;
/// What has not ended by then is left to the system, which closes the pipes: a run ends with its pipe.
const END_WITHIN: Duration = Duration::from_secs(3);
/// Whoever waits longer for the end is told what it waits for.
const SAY_AFTER: Duration = Duration::from_millis(400);
/// A build of the pages that is nearly done may come to its end.
const BUILD_WITHIN: Duration = Duration::from_millis(200);

/// What the command line says.
#[derive(Debug)]
pub(crate) struct Options {
    pub(crate) port: Option<u16>,
    /// Where to listen; on loopback where nothing is said.
    pub(crate) hostname: Option<String>,
    /// How many programs run at once.
    pub(crate) slots: usize,
    /// Whether to open a browser.
    pub(crate) open: bool,
    /// Whether what is saved is recorded.
    pub(crate) record: bool,
    /// More names that the server answers to.
    pub(crate) allow_hosts: Vec<String>,
    /// Whether it is a teacher's, for a class.
    pub(crate) class: bool,
    /// Where the counts of the class are saved.
    pub(crate) save: Option<PathBuf>,
    /// The address of a class to join.
    pub(crate) join: Option<String>,
}

/// Serves until interrupted, and leaves nothing running and nothing lying about.
///
/// # Errors
/// Where the port cannot be had or the files cannot be watched, and where one of the server's own tasks fails.
pub(crate) fn serve(runtime: Runtime, house: &House, options: Options) -> Result<bool> {
    let audience = match options.class || options.join.is_some() {
        true => Audience::Class {
            revealed: BTreeSet::new(),
        },
        false => Audience::Readers,
    };
    let pages = Arc::new(Pages::new(house, audience)?);
    let served = runtime.block_on(serve_pages(house, &pages, options));
    // A build of the pages may be under way: there is nobody to see it.
    runtime.shutdown_timeout(BUILD_WITHIN);
    house.leave();
    served.map(|()| true)
}

async fn serve_pages(house: &House, pages: &Arc<Pages>, options: Options) -> Result<()> {
    let mut interrupts = Interrupts::listen()?;
    let listener = listen(options.hostname.as_deref(), options.port).await?;
    let address = listener
        .local_addr()
        .context("failed to read the server's own address")?;
    let of = match address.ip().is_loopback() {
        true => KeyOf::Reader,
        false => KeyOf::Others,
    };
    let key = key::read_or_make(house, of)?;
    let gate = Gate::new(address, options.hostname.as_deref(), key);
    let mut gate = gate.letting_in(&options.allow_hosts);
    let mut class = None;
    let url = if options.class {
        connections::make_room_for_a_class();
        let teacher = key::read_or_make(house, KeyOf::Teacher)?;
        let room = room_address(address, &options);
        let url = announce_class(address, &room, &teacher, &gate);
        gate = gate.for_class(teacher);
        class = Some(Arc::new(Class::new(pages, room, options.save.clone())?));
        url
    } else {
        announce(address, &gate)
    };
    let gate = Arc::new(gate);
    let joined = options.join.as_deref().map(Joined::new).transpose()?;
    let joined = joined.map(Arc::new);
    if options.open {
        open_browser(house, &url);
    }
    let ending = CancellationToken::new();
    let room = Room::for_slots(options.slots);
    if room.slots < options.slots {
        say!(
            "few files may be open at once: {} run at a time, and not {}",
            units::count(room.slots, "program"),
            options.slots
        );
    }
    let live = Live::new(house, room.slots, !options.record, ending.clone());
    let live = Arc::new(live);
    let (changed, changes) = mpsc::unbounded_channel();
    let can_be_asked = enter::listen(&changed);
    let _watching = changes::watch(house, &changed, can_be_asked);
    drop(changed);
    let mut tasks = Supervisor::default();
    tasks.spawn("builds the pages", {
        let (pages, live) = (pages.clone(), live.clone());
        async move { pages.work(&live.builds).await }
    });
    let (save, saved) = mpsc::unbounded_channel();
    if let Some(class) = class.clone() {
        tasks.spawn("keeps up with the questions", async move {
            class.keep_up().await;
        });
    }
    if let Some(joined) = joined.clone() {
        let pages = pages.clone();
        tasks.spawn("hears of the class", async move {
            joined.listen(&pages).await;
        });
    }
    let save = options.record.then(|| {
        let author = Author::new(live.clone(), pages.clone());
        tasks.spawn("records what is saved", async move {
            author.work(saved).await;
        });
        save
    });
    let handled = Arc::new(AtomicU64::new(0));
    tasks.spawn("reads what has changed", {
        let (live, pages, handled) = (live.clone(), pages.clone(), handled.clone());
        handle_changes(live, pages, changes, save, handled)
    });
    tasks.spawn(
        "builds the programs",
        build_programs(live.clone(), pages.clone()),
    );
    let server = Server {
        pages: pages.clone(),
        live: live.clone(),
        gate,
        ending: ending.clone(),
        handled,
        class: class.clone(),
        joined,
    };
    let answering = connections::answer(
        listener,
        router::router(server),
        room.connections,
        ending.clone(),
    );
    let mut answering = pin!(answering.fuse());
    // part: end
    let served = tokio::select! {
        () = &mut answering => Ok(()),
        failure = tasks.failure() => Err(failure),
        _ = interrupts.next() => Ok(()),
    };
    // Streams of events close, runs are stopped, and no request is answered that comes now.
    ending.cancel();
    if let Some(class) = &class {
        class.save();
    }
    let end = async {
        tokio::join!(answering, live.runs_are_over(), tasks.end());
    };
    let say_so = async {
        tokio::time::sleep(SAY_AFTER).await;
        say!("ending what still runs; Ctrl-C again ends it at once");
        std::future::pending::<()>().await;
    };
    tokio::select! {
        _ = tokio::time::timeout(END_WITHIN, end) => {}
        _ = interrupts.next() => {}
        () = say_so => {}
    }
    // end: end
    served
}

async fn listen(hostname: Option<&str>, port: Option<u16>) -> Result<TcpListener> {
    let local = Ipv4Addr::LOCALHOST.to_string();
    let host = hostname.unwrap_or(&local);
    // As it stands in a URL, too.
    let host = host.trim_start_matches('[').trim_end_matches(']');
    if let Some(port) = port {
        return TcpListener::bind((host, port)).await.with_context(|| {
            let name = if hostname.is_some() { format!(" of `{host}`") } else { String::new() };
            format!("failed to listen on port {port}{name}\n  help: name another with --port, or 0 for any that is free")
        });
    }
    match TcpListener::bind((host, USUAL_PORT)).await {
        Ok(listener) => Ok(listener),
        Err(_) => {
            let listener = TcpListener::bind((host, 0)).await;
            let listener =
                listener.with_context(|| format!("failed to listen on any port of {host}"))?;
            say!(
                "port {USUAL_PORT} is taken, taking another: what you have answered and edited, your browser keeps \
                 for the usual address, http://{}:{USUAL_PORT}/",
                listener
                    .local_addr()
                    .map_or(host.to_owned(), |it| shown_host(it.ip()))
            );
            Ok(listener)
        }
    }
}

/// An address as who sits at this machine types it.
fn shown_host(address: IpAddr) -> String {
    if address.is_unspecified() {
        "127.0.0.1".to_owned()
    } else {
        in_url(address)
    }
}

/// Says where the book is, and who can reach it; gives its address, with the key behind it.
fn announce(address: SocketAddr, gate: &Gate) -> String {
    let port = address.port();
    let host = shown_host(address.ip());
    let url = format!("http://{host}:{port}/#key={}", gate.key());
    say!("the book is at {url}  (Ctrl-C stops it)");
    if gate.is_open() {
        say!(
            "everybody who reaches port {port} of this machine can read the book there, and who has the key above \
             can run its programs on this machine\nnobody can run code of their own: editing is off, and on only without --hostname"
        );
    }
    url
}

/// Where the room is, as learners type it.
fn room_address(address: SocketAddr, options: &Options) -> String {
    let port = address.port();
    let with_port = |host: &str| match host.rsplit_once(':') {
        Some((_, port)) if port.parse::<u16>().is_ok() => format!("http://{host}/"),
        _ => format!("http://{host}:{port}/"),
    };
    match (options.allow_hosts.first(), &options.hostname) {
        (Some(name), _) => with_port(name),
        (None, Some(_)) if address.ip().is_unspecified() => {
            let own = own_address(address.is_ipv6()).unwrap_or(address.ip());
            format!("http://{}:{port}/", shown_host(own))
        }
        (None, Some(_) | None) => format!("http://{}:{port}/", shown_host(address.ip())),
    }
}

/// The address of this machine by which others reach it: that from which it would send to the network. Nothing is sent.
fn own_address(of_six: bool) -> Option<IpAddr> {
    let (from, to) = match of_six {
        true => ("[::]:0", "[2001:db8::1]:9"),
        false => ("0.0.0.0:0", "192.0.2.1:9"),
    };
    let socket = std::net::UdpSocket::bind(from).ok()?;
    socket.connect(to).ok()?;
    Some(socket.local_addr().ok()?.ip())
}

/// Says where the room is, and who can come into it; gives the address of the teacher's page, with the key behind it.
fn announce_class(address: SocketAddr, room: &str, teacher: &str, gate: &Gate) -> String {
    let port = address.port();
    let host = shown_host(address.ip());
    let url = format!("http://{host}:{port}/teacher#key={teacher}");
    say!("the book is at {room}  for the room, to read and to choose (Ctrl-C stops it)");
    say!("your own page is at {url}  keep that address to yourself");
    if gate.is_open() {
        say!(
            "everybody who reaches port {port} of this machine is in the room; nobody can run the book's programs on \
             this machine before you let them, and nobody can edit"
        );
    } else {
        say!(
            "only this machine reaches the room; name an address with --hostname to let others in"
        );
    }
    url
}

/// Opens the book in `$BROWSER`, or in what the system takes for it.
fn open_browser(house: &House, url: &str) {
    // A browser of Windows does not find the files of a Linux within it.
    let takes_files = cfg!(unix) && std::env::var_os("WSL_DISTRO_NAME").is_none();
    let opened = match takes_files {
        true => key::write_way(house, url).and_then(|way| Ok(opener::open_browser(way)?)),
        false => opener::open_browser(url).map_err(Into::into),
    };
    if let Err(error) = opened {
        say!("could not open a browser ({error:#}): open the address above yourself");
    }
}

/// Reads the library, and again when it has changed; has built what that asks for. Counts the changes that it has
/// `handled`.
async fn handle_changes(
    live: Arc<Live>,
    pages: Arc<Pages>,
    mut changes: mpsc::UnboundedReceiver<Part>,
    save: Option<mpsc::UnboundedSender<Saved>>,
    handled: Arc<AtomicU64>,
) {
    let house = live.house.clone();
    live.builds
        .settle(read(move || Library::read(&house)).await);
    let touch = |part: &Part| match part {
        Part::Chapter { chapter, .. } => live.builds.touch(Some(chapter)),
        Part::Everything => live.builds.touch(None),
        Part::Page | Part::Recording => {}
    };
    while let Some(batch) = changes::next_batch(&mut changes, touch).await {
        handle_batch(&live, &pages, &batch, save.as_ref()).await;
        handled.fetch_add(batch.changes, Ordering::Relaxed);
    }
}

async fn handle_batch(
    live: &Live,
    pages: &Pages,
    batch: &Batch,
    save: Option<&mpsc::UnboundedSender<Saved>>,
) {
    // With new recordings to come, the pages wait for them.
    let waits = save.is_some() && !batch.others;
    if !waits {
        pages.want();
    }
    if !batch.library {
        return;
    }
    let before = live.builds.library().await;
    let old = before.clone();
    let now = read(move || old.read_again()).await;
    if let Some(save) = save {
        let ids = author::to_record(&before, &now, &batch.sources);
        if !ids.is_empty() {
            let hold = live.builds.hold();
            // The author outlives this one.
            let _ = save.send(Saved { ids, hold });
        } else if waits {
            pages.want();
        }
    }
    live.builds.settle(now);
}

/// The library as it is on disk.
async fn read(read: impl FnOnce() -> Library + Send + 'static) -> Arc<Library> {
    let reading = tokio::task::spawn_blocking(move || Arc::new(read()));
    // Without it nothing would be built any more: a panic there is one here.
    let read = reading.await;
    read.unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic()))
}

/// Builds the programs once the first pages are there.
async fn build_programs(live: Arc<Live>, pages: Arc<Pages>) {
    pages.are_there().await;
    // What goes wrong here is told to the first who runs something.
    let _ = live.shim().await;
    live.builds.work().await;
}
