//! Who may ask: the server runs programs on this machine, so a page that somebody else wrote must not reach it,
//! whatever name or address it goes by.
//!
//! Host keeps out names that were made to point here. Origin and the browser's own word on where a request
//! comes from keep out other pages, and the key keeps out what is no page of ours at all: other users of this machine,
//! who can reach the server as well. To read the book nobody needs it. There are no CORS headers: what a foreign page
//! cannot be kept from asking it cannot read.
//!
//! A run's events are asked for without the key, for `EventSource` sends no headers: the run's id is a secret of its
//! own, 128 random bits, that only who has begun the run is told.

use std::net::{IpAddr, SocketAddr};
use std::path::Path;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::model::problem::shown;
use crate::serve::refusal::Refusal;

pub(crate) const KEY_HEADER: HeaderName = HeaderName::from_static("x-workbook-key");

/// What a request must bring.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wants {
    Nothing,
    Key,
    TeachersKey,
    /// It is answered on one's own machine alone.
    Elsewhere,
}

/// Whom the server answers, and what a page must bring to have something run.
#[derive(Debug)]
pub(crate) struct Gate {
    port: u16,
    /// What stands in Host, in small letters: name and port.
    names: Vec<String>,
    /// Names that were let in besides, in small letters: each for any port, or with the port that it has.
    others: Vec<String>,
    /// Whether others than this machine can reach the server.
    open: bool,
    key: String,
    /// The teacher's key, where the server is one of a class.
    teacher: Option<String>,
}

impl Gate {
    /// A gate for a server at `address`, which was asked to listen on `hostname`.
    pub(crate) fn new(address: SocketAddr, hostname: Option<&str>, key: String) -> Self {
        let port = address.port();
        let usual = ["127.0.0.1", "localhost"].map(str::to_owned);
        let mut names = Vec::from(usual);
        names.push(in_url(address.ip()));
        names.extend(hostname.map(str::to_lowercase));
        let without_port = if port == 80 {
            names.clone()
        } else {
            Vec::new()
        };
        let mut names: Vec<_> = names.iter().map(|name| format!("{name}:{port}")).collect();
        // Browsers leave the usual port out.
        names.extend(without_port);
        Self {
            port,
            names,
            others: Vec::new(),
            open: !address.ip().is_loopback(),
            key,
            teacher: None,
        }
    }

    /// The same, which answers to these names, too: with its own port, with none, and with the one that a name has.
    pub(crate) fn letting_in(mut self, names: &[String]) -> Self {
        self.others = names.iter().map(|name| name.to_lowercase()).collect();
        self
    }

    /// The same for a class: what its teacher does wants this key, and what learners do wants none.
    pub(crate) fn for_class(mut self, teacher: String) -> Self {
        self.teacher = Some(teacher);
        self
    }

    /// Whether a request has the teacher's key.
    pub(crate) fn is_teacher(&self, headers: &HeaderMap) -> bool {
        let given = headers.get(KEY_HEADER);
        let teacher = self.teacher.as_ref();
        let pair = given.zip(teacher);
        pair.is_some_and(|(given, key)| is_same(given.as_bytes(), key.as_bytes()))
    }

    pub(crate) fn is_open(&self) -> bool {
        self.open
    }

    /// What a page must send along to have something run.
    pub(crate) fn key(&self) -> &str {
        &self.key
    }

    fn is_ours(&self, host: &str) -> bool {
        let named = self
            .names
            .iter()
            .any(|name| name.eq_ignore_ascii_case(host));
        let let_in = || {
            let host = host.to_lowercase();
            let ours = host.strip_suffix(&format!(":{}", self.port));
            let mut others = self.others.iter();
            others.any(|name| *name == host || Some(name.as_str()) == ours)
        };
        // No name of a foreign page's making stands behind an address.
        let address = || host.parse().ok().map(|it: SocketAddr| it.port());
        named || (self.open && address() == Some(self.port)) || let_in()
    }

    fn is_our_origin(&self, origin: &str, host: &str) -> bool {
        if let Some(authority) = origin.strip_prefix("https://") {
            // What encrypts stands before this server: it goes by a name that was let in, and has a port of its own.
            let mut others = self.others.iter();
            return others.any(|name| name.eq_ignore_ascii_case(authority));
        }
        let Some(authority) = origin.strip_prefix("http://") else {
            return false;
        };
        // Another address with the same port may be another machine.
        self.is_ours(authority) && (!self.open || authority.eq_ignore_ascii_case(host))
    }

    fn wants(&self, path: &str, changes: bool) -> Wants {
        // What the reader has written is nobody else's, not even to be read.
        let is_private = ["/api/exercises", "/api/progress"]
            .iter()
            .any(|it| path.starts_with(it));
        let in_class = self.teacher.is_some();
        if is_private && (self.open || in_class) {
            Wants::Elsewhere
        } else if in_class && path.starts_with("/api/teacher") {
            Wants::TeachersKey
        } else if in_class {
            // Who is in the room may choose; who may run is decided there.
            Wants::Nothing
        } else if changes || is_private {
            Wants::Key
        } else {
            Wants::Nothing
        }
    }

    fn admit(&self, method: &Method, uri: &Uri, headers: &HeaderMap) -> Result<(), Refusal> {
        let path = uri.path();
        let bad = |what: &str| {
            let help = "ask for a path, as in `GET /index.html`, and name one host";
            Refusal::new(StatusCode::BAD_REQUEST, what, help)
        };
        let text = |name: HeaderName| headers.get(name).map(|it| it.to_str().unwrap_or_default());
        let mut host = text(header::HOST).unwrap_or_default();
        if headers.get_all(header::HOST).iter().count() > 1 {
            return Err(bad("the request names more than one host"));
        }
        // As a proxy is asked: then this is the host that is meant.
        let named = uri.authority().filter(|_| uri.scheme().is_some());
        host = named.map_or(host, |authority| authority.as_str());
        if !self.is_ours(host) {
            // A page elsewhere whose name was made to point here must not read the book.
            return Err(Refusal::new(
                StatusCode::MISDIRECTED_REQUEST,
                format!("this server does not answer to the name `{}`", shown(host)),
                format!("open http://{}/", self.names[0]),
            ));
        }
        if !path.starts_with('/') {
            return Err(bad("the request does not ask for a path"));
        }
        if path.starts_with("//") {
            // In a redirection it would be the name of another server.
            return Err(Refusal::new(
                StatusCode::NOT_FOUND,
                format!("there is nothing at `{}`", shown(path)),
                "ask for it with one `/`",
            ));
        }
        let foreign = || {
            Refusal::new(
                StatusCode::FORBIDDEN,
                "this request does not come from a page of this book",
                "open the book at the address that `cargo workbook serve` printed",
            )
        };
        if text(header::UPGRADE).is_some_and(|it| it.to_ascii_lowercase().contains("websocket")) {
            return Err(foreign());
        }
        let changes = !matches!(*method, Method::GET | Method::HEAD);
        let origin = text(header::ORIGIN);
        if changes || path.starts_with("/api/") {
            let site = text(HeaderName::from_static("sec-fetch-site"));
            let from_elsewhere = site.is_some_and(|it| !matches!(it, "same-origin" | "none"));
            let named_elsewhere = origin.is_some_and(|it| !self.is_our_origin(it, host));
            if from_elsewhere || named_elsewhere {
                return Err(foreign());
            }
        }
        match self.wants(path, changes) {
            Wants::Nothing if !changes => return Ok(()),
            Wants::Nothing => {}
            Wants::Elsewhere => {
                return Err(Refusal::new(
                    StatusCode::FORBIDDEN,
                    "exercises are solved on one's own machine",
                    "clone the book and serve it yourself",
                ));
            }
            _ if changes && origin.is_none() => return Err(foreign()),
            Wants::Key => {
                if !text(KEY_HEADER).is_some_and(|it| is_same(it.as_bytes(), self.key.as_bytes())) {
                    return Err(Refusal::new(
                        StatusCode::UNAUTHORIZED,
                        "the key is missing, or is not that of this server",
                        "open the whole address that `cargo workbook serve` has printed in its terminal, with `#key=`",
                    ));
                }
            }
            Wants::TeachersKey => {
                if !self.is_teacher(headers) {
                    return Err(Refusal::new(
                        StatusCode::UNAUTHORIZED,
                        "the key is missing, or is not that of this class's teacher",
                        "open the whole address of the teacher's page that `cargo workbook serve --class` has printed \
                         in its terminal, with `#key=`",
                    ));
                }
            }
        }
        if changes && origin.is_none() {
            return Err(foreign());
        }
        let kind = text(header::CONTENT_TYPE).unwrap_or_default();
        let kind = kind.split(';').next().unwrap_or_default().trim();
        if matches!(*method, Method::POST | Method::PUT)
            && !kind.eq_ignore_ascii_case("application/json")
        {
            return Err(Refusal::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "the request is not JSON",
                "send it with `Content-Type: application/json`",
            ));
        }
        Ok(())
    }
}

/// Lets a request through, or says why not.
pub(crate) async fn keep(State(gate): State<Arc<Gate>>, request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    let admitted = gate.admit(request.method(), request.uri(), request.headers());
    let mut response = match admitted {
        Ok(()) => next.run(request).await,
        Err(refusal) => refusal.into_response(),
    };
    protect(&path, response.headers_mut());
    if response.status() == StatusCode::UNAUTHORIZED {
        let kind = HeaderValue::from_static("Workbook-Key");
        response
            .headers_mut()
            .insert(header::WWW_AUTHENTICATE, kind);
    }
    response
}

/// What the browser is told to keep others from doing with a page of ours, and a page from doing elsewhere.
fn protect(path: &str, headers: &mut HeaderMap) {
    // mdBook's pages have scripts and styles of their own in them.
    const POLICY: &str = "default-src 'self'; script-src 'self' 'unsafe-inline'; \
         style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; \
         object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors ";
    // Without JavaScript a page shows the table of contents in a frame.
    let is_framed = Path::new(path).ends_with("toc.html");
    let (policy, frames) = if is_framed {
        (format!("{POLICY}'self'"), "SAMEORIGIN")
    } else {
        (format!("{POLICY}'none'"), "DENY")
    };
    let policy = HeaderValue::from_str(&policy).expect("it is plain text");
    headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    if path.starts_with("/api/") {
        let cache = headers.entry(header::CACHE_CONTROL);
        cache.or_insert(HeaderValue::from_static("no-store"));
    }
    for (name, value) in [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, frames),
        (header::REFERRER_POLICY, "same-origin"),
        (
            HeaderName::from_static("cross-origin-resource-policy"),
            "same-origin",
        ),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
}

/// An address as it stands in a URL.
pub(crate) fn in_url(address: IpAddr) -> String {
    match address {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => format!("[{address}]"),
    }
}

/// Compares in a time that does not tell how much is right.
fn is_same(a: &[u8], b: &[u8]) -> bool {
    let differing = a.iter().zip(b).fold(0, |all, (a, b)| all | (a ^ b));
    std::hint::black_box(differing) == 0 && a.len() == b.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gate(address: &str, hostname: Option<&str>) -> Gate {
        Gate::new(address.parse().unwrap(), hostname, "tea".to_owned())
    }

    #[test]
    fn on_loopback_two_names_are_ours() {
        let gate = gate("127.0.0.1:3000", None);
        assert!(!gate.is_open());
        for host in ["127.0.0.1:3000", "localhost:3000", "LOCALHOST:3000"] {
            assert!(gate.is_ours(host), "{host}");
            assert!(gate.is_our_origin(&format!("http://{host}"), "localhost:3000"));
        }
        for host in [
            "",
            "localhost",
            "10.0.0.7:3000",
            "evil.example:3000",
            "[::1]:3000",
        ] {
            assert!(!gate.is_ours(host), "{host}");
        }
        for origin in [
            "null",
            "",
            "https://localhost:3000",
            "http://localhost:3001",
        ] {
            assert!(!gate.is_our_origin(origin, "localhost:3000"), "{origin}");
        }
    }

    #[test]
    fn a_name_that_is_let_in_is_ours_with_the_servers_port_and_with_none() {
        let names = ["Laptop.local".to_owned(), "localhost:8080".to_owned()];
        let gate = gate("127.0.0.1:3000", None).letting_in(&names);
        for host in ["laptop.local:3000", "LAPTOP.local", "localhost:8080"] {
            assert!(gate.is_ours(host), "{host}");
            assert!(gate.is_our_origin(&format!("http://{host}"), host));
        }
        assert!(gate.is_our_origin("https://laptop.local", "laptop.local"));
        for host in [
            "laptop.local:3001",
            "x.laptop.local",
            "localhost:8081",
            "localhost",
        ] {
            assert!(!gate.is_ours(host), "{host}");
        }
        for origin in [
            "https://localhost",
            "https://laptop.local:3000",
            "https://evil.example",
        ] {
            assert!(!gate.is_our_origin(origin, "laptop.local"), "{origin}");
        }
    }

    #[test]
    fn in_a_class_the_teacher_needs_a_key_and_exercises_are_elsewhere() {
        let alone = gate("127.0.0.1:3000", None);
        let class = gate("127.0.0.1:3000", None).for_class("pot".to_owned());
        for (path, changes, as_reader, in_class) in [
            ("/tea.html", false, Wants::Nothing, Wants::Nothing),
            ("/api/runs", true, Wants::Key, Wants::Nothing),
            ("/api/room/choose", true, Wants::Key, Wants::Nothing),
            (
                "/api/teacher/room",
                false,
                Wants::Nothing,
                Wants::TeachersKey,
            ),
            ("/api/teacher/reveal", true, Wants::Key, Wants::TeachersKey),
            ("/api/progress", false, Wants::Key, Wants::Elsewhere),
            (
                "/api/exercises/tea/kettle",
                false,
                Wants::Key,
                Wants::Elsewhere,
            ),
        ] {
            assert_eq!(alone.wants(path, changes), as_reader, "{path}");
            assert_eq!(class.wants(path, changes), in_class, "{path}");
        }
        let mut headers = HeaderMap::new();
        assert!(!class.is_teacher(&headers));
        for (key, is_teacher) in [("tea", false), ("pots", false), ("pot", true)] {
            headers.insert(KEY_HEADER, HeaderValue::from_static(key));
            assert_eq!(class.is_teacher(&headers), is_teacher, "{key}");
            assert!(!alone.is_teacher(&headers));
        }
    }

    #[test]
    fn beyond_loopback_addresses_and_the_given_name_are_ours() {
        let gate = gate("0.0.0.0:3000", Some("desk.example"));
        assert!(gate.is_open());
        for host in ["10.0.0.7:3000", "[fe80::1]:3000", "desk.example:3000"] {
            assert!(gate.is_ours(host), "{host}");
            assert!(gate.is_our_origin(&format!("http://{host}"), host));
        }
        for host in ["evil.example:3000", "10.0.0.7:3001", "10.0.0.7"] {
            assert!(!gate.is_ours(host), "{host}");
        }
        assert!(!gate.is_our_origin("http://10.0.0.8:3000", "10.0.0.7:3000"));
    }

    #[test]
    fn the_usual_port_is_left_out() {
        let gate = gate("[::1]:80", None);
        assert!(gate.is_ours("localhost") && gate.is_ours("[::1]") && gate.is_ours("[::1]:80"));
    }

    #[test]
    fn keys_are_compared_whole() {
        assert!(is_same(b"tea", b"tea"));
        assert!(!is_same(b"tea", b"ten"));
        assert!(!is_same(b"te", b"tea"));
        assert!(!is_same(b"", b"tea"));
    }
}
