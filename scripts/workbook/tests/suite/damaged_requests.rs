//! Requests that are damaged at random, thrown at a server of a small book: it panics at none, is held up by none, and
//! runs nothing for who has not the key.

use std::io::{ErrorKind, Read, Write};
use std::net::Shutdown;
use std::time::{Duration, Instant};

use proptest::test_runner::TestRunner;

use crate::book::{Book, soon};
use crate::mutation::{config, damaged};
use crate::server::Server;

/// What stands for the server's own name, for its key, and for very much of anything.
const HOST: char = '⌂';
const KEY: char = '⚷';
const MUCH: char = '∞';

const SOUND: &[&str] = &[
    "GET / HTTP/1.1\r\nHost: ⌂\r\nConnection: close\r\n\r\n",
    "GET /tea.html?a=b%20c HTTP/1.1\r\nHost: ⌂\r\nRange: bytes=0-99\r\nAccept-Encoding: gzip\r\n\
     If-Modified-Since: Sun, 29 Nov 2026 00:00:00 GMT\r\nConnection: close\r\n\r\n",
    "HEAD /book.toml HTTP/1.1\r\nHost: ⌂\r\n\r\nGET /tea.html HTTP/1.1\r\nHost: ⌂\r\nConnection: close\r\n\r\n",
    "GET /api/health HTTP/1.1\r\nHost: ⌂\r\nSec-Fetch-Site: same-origin\r\nConnection: close\r\n\r\n",
    "GET /api/reload HTTP/1.1\r\nHost: ⌂\r\nConnection: close\r\n\r\n",
    "GET /api/source/tea/main HTTP/1.1\r\nHost: ⌂\r\nConnection: close\r\n\r\n",
    "GET /api/runs/0123456789abcdef0123456789abcdef/events HTTP/1.1\r\nHost: ⌂\r\nConnection: close\r\n\r\n",
    "GET /api/exercises/tea/pour HTTP/1.1\r\nHost: ⌂\r\nConnection: close\r\n\r\n",
    "GET /api/progress HTTP/1.1\r\nHost: ⌂\r\nConnection: close\r\n\r\n",
    "OPTIONS /api/runs HTTP/1.1\r\nHost: ⌂\r\nOrigin: http://⌂\r\nConnection: close\r\n\r\n",
];

/// Those that ask for something to be done; the key stands in the line that is the key's alone.
const ORDERS: &[&str] = &[
    "POST /api/runs HTTP/1.1\r\nHost: ⌂\r\nOrigin: http://⌂\r\n⚷Content-Type: application/json\r\n\
     Content-Length: 22\r\nConnection: close\r\n\r\n{\"snippet\":\"tea/main\"}",
    "POST /api/runs HTTP/1.1\r\nHost: ⌂\r\nOrigin: http://⌂\r\n⚷Content-Type: application/json; charset=utf-8\r\n\
     Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n16\r\n{\"snippet\":\"tea/main\",\r\n16\r\n\
     \"source\":\"fn main(){}\"\r\n1\r\n}\r\n0\r\n\r\n",
    "DELETE /api/runs/0123456789abcdef0123456789abcdef HTTP/1.1\r\nHost: ⌂\r\nOrigin: http://⌂\r\n⚷\
     Connection: close\r\n\r\n",
    "POST /api/runs HTTP/1.1\r\nHost: ⌂\r\nOrigin: http://⌂\r\n⚷Content-Type: application/json\r\n\
     Content-Length: 22\r\n\r\n{\"snippet\":\"tea/main\"}DELETE /api/runs/x HTTP/1.1\r\nHost: ⌂\r\n\
     Origin: http://⌂\r\n⚷Connection: close\r\n\r\n",
    "PUT /api/exercises/tea/pour HTTP/1.1\r\nHost: ⌂\r\nOrigin: http://⌂\r\n⚷Content-Type: application/json\r\n\
     Content-Length: 24\r\nConnection: close\r\n\r\n{\"source\":\"fn main(){}\"}",
    "POST /api/exercises/tea/pour/check HTTP/1.1\r\nHost: ⌂\r\nOrigin: http://⌂\r\n⚷Content-Type: application/json\r\n\
     Content-Length: 2\r\nConnection: close\r\n\r\n{}",
];

const PIECES: &[&str] = &[
    "/api/exercises/tea/pour",
    "/check",
    "/reset",
    "/picture",
    "/api/progress/forget",
    "PUT ",
    "\r\n",
    "\n",
    "\r\n\r\n",
    ": ",
    " ",
    "Host: ⌂\r\n",
    "Host: evil.example\r\n",
    "Origin: http://⌂\r\n",
    "Origin: null\r\n",
    "⌂",
    "X-Workbook-Key: \r\n",
    "X-Workbook-Key: 0123456789abcdef0123456789abcdef\r\n",
    "Cookie: key=0123456789abcdef\r\n",
    "Content-Type: text/plain\r\n",
    "Content-Length: 5\r\n",
    "Content-Length: -1\r\n",
    "Content-Length: 99999999999\r\n",
    "Transfer-Encoding: chunked\r\n",
    "Transfer-Encoding: gzip, chunked\r\n",
    "0\r\n\r\n",
    "ffffffffffffffff\r\n",
    "Expect: 100-continue\r\n",
    "Upgrade: websocket\r\n",
    "Upgrade: h2c\r\nConnection: upgrade\r\n",
    "Connection: keep-alive\r\n",
    "Sec-Fetch-Site: cross-site\r\n",
    "Range: bytes=5-1,99999999999999999999-\r\n",
    "HTTP/1.0",
    "HTTP/2.0",
    "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "GET ",
    "POST ",
    "PATCH ",
    "CONNECT ",
    "http://⌂/",
    "//evil.example/",
    "/api/runs",
    "/events",
    "%2e%2e/",
    "../",
    "%00",
    "%ff",
    "%",
    "?",
    "#",
    "\\",
    "{\"snippet\":\"",
    "\"tea/main\"",
    ",\"source\":\"fn main(){}\"",
    "\"\\ud800\"",
    "[[[[[[[[[[[[[[[[[[[[[[",
    "\u{0}",
    "\u{ff}\u{fe}",
    "∞",
    "X: ∞\r\n",
    "\"∞\"",
];

/// A request as it is sent: what is no more than a byte is that byte, so that not all of it is UTF-8.
fn bytes(text: &str, server: &Server, key: &str) -> Vec<u8> {
    let key = format!("X-Workbook-Key: {key}\r\n");
    let mut bytes = Vec::new();
    for c in text.chars() {
        match c {
            HOST => bytes.extend(server.host().bytes()),
            KEY => bytes.extend(key.bytes()),
            MUCH => bytes.extend([b'x'; 40_000]),
            c => match u8::try_from(c) {
                Ok(byte) => bytes.push(byte),
                Err(_) => bytes.extend(c.to_string().bytes()),
            },
        }
    }
    bytes
}

/// What is answered. Where nothing more comes, the server is told that nothing more will be sent.
fn answer(server: &Server, request: &[u8]) -> String {
    let mut stream = server.connect();
    let timeout = |stream: &std::net::TcpStream, millis| {
        let time = Some(Duration::from_millis(millis));
        stream.set_read_timeout(time).expect("a time");
    };
    // It may have been refused before it was sent to its end.
    let _ = stream.write_all(request);
    let mut answer = Vec::new();
    timeout(&stream, 100);
    if stream.read_to_end(&mut answer).is_err() {
        let _ = stream.shutdown(Shutdown::Write);
        timeout(&stream, 2000);
        let end = stream.read_to_end(&mut answer);
        let end = end.map_err(|error| error.kind());
        // It may be reset, and be closed in the middle of an answer. It is not kept, but for who hears news of the pages.
        let kept = matches!(end, Err(ErrorKind::WouldBlock | ErrorKind::TimedOut));
        let answer = String::from_utf8_lossy(&answer);
        let hears = answer.contains("text/event-stream");
        assert!(!kept || hears, "{end:?} after {answer}");
    }
    String::from_utf8_lossy(&answer).into_owned()
}

/// Throws requests at a server, and holds that each is answered with something that is meant, or not at all, and soon.
fn throw(server: &Server, key: &str, texts: &'static [&'static str]) {
    let mut runner = TestRunner::new(config());
    let thrown = runner.run(&damaged(texts, PIECES), |text| {
        let start = Instant::now();
        let answer = answer(server, &bytes(&text, server, key));
        let took = start.elapsed();
        assert!(took < Duration::from_secs(4), "{took:?}: {answer}");
        let meant = answer.contains("HTTP/1.1 503") && answer.contains("runs wait already");
        assert!(meant || !answer.contains("HTTP/1.1 5"), "{answer}");
        let said = server.said();
        assert!(!said.contains("panicked"), "{said}");
        if key.is_empty() {
            let done = ["HTTP/1.1 201", "HTTP/1.1 204"];
            assert!(!done.iter().any(|it| answer.contains(it)), "{answer}");
        }
        Ok(())
    });
    thrown.unwrap_or_else(|error| panic!("{error}"));
}

/// What a process has used of memory at the most, in MB, and how many files it has open.
#[cfg(target_os = "linux")]
fn memory_and_files(server: &Server) -> (u64, usize) {
    let process = server.process();
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).expect("it is there");
    let most = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let most = most.and_then(|it| it.trim().strip_suffix(" kB")?.parse::<u64>().ok());
    let files = std::fs::read_dir(format!("/proc/{process}/fd")).expect("it is there");
    (most.expect("a number") / 1024, files.count())
}

/// Holds that a server is as well as it was before.
fn is_well(server: &Server) {
    assert_eq!(server.get("/tea.html").status, 200);
    let over = || {
        let health = server.health();
        health["running"] == 0 && health["waiting"] == 0
    };
    assert!(soon(30, over), "{}", server.health());
    #[cfg(target_os = "linux")]
    {
        let few = || memory_and_files(server).1 < 60;
        assert!(soon(10, few), "{:?}", memory_and_files(server));
        let (memory, _) = memory_and_files(server);
        assert!(memory < 200, "{memory} MB");
    }
    let said = server.said();
    assert!(
        !said.contains("panicked") && !said.contains("error"),
        "{said}"
    );
}

/// A book whose program leaves a mark.
fn marking() -> Book {
    let marks = "fn main() { std::fs::write(\"target/mark\", \"\").unwrap() }";
    Book::new().with("tea/main", "", marks).locked()
}

#[test]
fn no_damaged_request_without_the_key_runs_anything() {
    let book = marking();
    let server = Server::ready(&book, &[]);
    for texts in [ORDERS, SOUND] {
        throw(&server, "", texts);
    }
    is_well(&server);
    let mark = book.path("target/mark");
    assert!(!mark.exists(), "something ran");
    let events = server.run("tea/main");
    assert!(mark.exists(), "with the key it runs: {events:?}");
}

#[test]
fn no_damaged_request_with_the_key_harms_the_server() {
    let book = marking();
    let server = Server::ready(&book, &["--slots", "1"]);
    throw(&server, &server.key(), ORDERS);
    is_well(&server);
}
