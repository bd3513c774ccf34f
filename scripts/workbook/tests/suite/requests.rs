//! Requests as no browser makes them: each is answered in plain words or not at all, and the server goes on.

use std::io::{Read, Write};

use crate::book::Book;
use crate::server::Server;

/// What is answered to these bytes: all until the server closes the connection.
fn answer(server: &Server, request: &str) -> String {
    let mut stream = server.connect();
    // It may have been refused before it was sent to its end.
    let _ = stream.write_all(request.as_bytes());
    let mut bytes = Vec::new();
    let _ = stream.read_to_end(&mut bytes);
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Holds that a request is answered with this status, and these words somewhere. Words that begin an object are those
/// of a refusal, as pages understand it.
#[track_caller]
fn is_answered(server: &Server, request: &str, status: u16, words: &str) {
    let told = answer(server, request);
    let shown: String = request.chars().take(80).collect();
    let expected = format!(" {status} ");
    let line = told.lines().next().unwrap_or_default();
    assert!(
        line.contains(&expected),
        "{shown:?}: {status}, and not {told}"
    );
    assert!(told.contains(words), "{shown:?}: `{words}` in {told}");
    let (head, body) = told.split_once("\r\n\r\n").expect("it has a head");
    if words.starts_with('{') {
        assert!(head.contains("application/json"), "{shown:?}: {told}");
        let json: serde_json::Value = serde_json::from_str(body).expect("it is JSON");
        assert!(json["help"].is_string(), "{shown:?}: {told}");
    }
}

/// The headers of a page's request, but for the last empty line.
fn of_a_page(server: &Server) -> String {
    let (host, key) = (server.host(), server.key());
    format!(
        "Host: {host}\r\nConnection: close\r\nOrigin: http://{host}\r\nX-Workbook-Key: {key}\r\n\
         Content-Type: application/json\r\n"
    )
}

#[test]
fn odd_methods_and_addresses_are_answered_in_plain_words() {
    let book = Book::still();
    book.write("book/assets/cup.js", "");
    let server = Server::start(&book);
    let headers = of_a_page(&server);
    let refused = "{\"error\":\"";
    for (line, status, words) in [
        ("FOO /", 405, "{\"error\":\"`/` is not asked for by FOO"),
        ("FOO /api/runs", 405, "{\"error\":\"`/api/runs` is not"),
        ("get /tea.html", 405, refused),
        ("POST /tea.html", 405, refused),
        ("PUT /", 405, refused),
        ("DELETE /tea.html", 405, refused),
        ("PATCH /api/health", 405, refused),
        ("TRACE /", 405, refused),
        ("OPTIONS /", 405, refused),
        (
            "OPTIONS *",
            400,
            "{\"error\":\"the request does not ask for a path",
        ),
        ("CONNECT evil.example:80", 400, refused),
        ("CONNECT 127.0.0.1:1", 400, refused),
        ("GET *", 400, refused),
        ("GET tea.html", 400, refused),
        (
            "GET http://evil.example/",
            421,
            "{\"error\":\"this server does not answer to",
        ),
        ("GET http://evil.example/api/health", 421, refused),
        ("GET http:///tea.html", 400, ""),
        (
            "GET //tea.html",
            404,
            "{\"error\":\"there is nothing at `//tea.html`",
        ),
        ("GET //assets", 404, refused),
        ("GET ///assets", 404, refused),
        ("GET //evil.example/%2e%2e", 404, refused),
        ("GET /assets", 307, "location: /assets/"),
        ("GET /%2f%2fassets", 404, "<!DOCTYPE"),
        ("GET /%2fassets", 404, "<!DOCTYPE"),
        ("GET /\\assets", 404, "<!DOCTYPE"),
        ("GET /assets/../tea.html", 404, "<!DOCTYPE"),
        ("GET /%2e%2e/%2e%2e/etc/passwd", 404, "<!DOCTYPE"),
        ("GET /tea%00.html", 404, "<!DOCTYPE"),
        ("GET /%00", 404, "<!DOCTYPE"),
        ("GET /%ff", 404, "<!DOCTYPE"),
        ("GET /%", 404, "<!DOCTYPE"),
        ("GET /%zz", 404, "<!DOCTYPE"),
        ("GET /%2", 404, "<!DOCTYPE"),
        ("GET /\u{e9}", 404, "<!DOCTYPE"),
        ("GET /a\u{0}b", 400, ""),
        ("GET /tea.html/x", 404, "<!DOCTYPE"),
        ("GET /tea.html?x=%ff", 200, "<!DOCTYPE"),
        (
            "GET /api/source/%ff/x",
            400,
            "{\"error\":\"the address is not understood",
        ),
        ("GET /api/source/x/%ff", 400, refused),
        ("GET /api/source/%/x", 404, refused),
        ("GET /api/source//x", 404, refused),
        ("GET /api//health", 404, refused),
        ("GET //api/health", 404, refused),
        ("GET /api/%68ealth", 404, refused),
        ("GET /api/runs/%ff/events", 400, refused),
        ("DELETE /api/runs/%ff", 400, refused),
        ("DELETE /api/runs/%00", 404, refused),
        ("DELETE /api/runs/", 404, refused),
        ("GET", 400, ""),
        ("GET  /", 400, ""),
        ("", 400, ""),
    ] {
        is_answered(
            &server,
            &format!("{line} HTTP/1.1\r\n{headers}\r\n"),
            status,
            words,
        );
    }
    let local = format!(
        "GET http://{}/tea.html HTTP/1.1\r\n{headers}\r\n",
        server.host()
    );
    is_answered(&server, &local, 200, "<!DOCTYPE");
    assert!(!server.said().contains("panicked"), "{}", server.said());
}

#[test]
fn odd_heads_and_bodies_are_answered_in_plain_words() {
    let book = Book::still();
    let server = Server::start(&book);
    let headers = of_a_page(&server);
    let host = format!("Host: {}\r\n", server.host());
    let get =
        |more: &str| format!("GET /tea.html HTTP/1.1\r\nConnection: close\r\n{host}{more}\r\n");
    let post = |more: &str| format!("POST /api/runs HTTP/1.1\r\n{headers}{more}");
    let long = "x".repeat(1 << 20);
    let refused = "{\"error\":\"";
    let cases = [
        (
            "GET / HTTP/1.1\r\nConnection: close\r\n\r\n".to_owned(),
            421,
            refused,
        ),
        (
            format!("GET /tea.html HTTP/1.0\r\n{host}\r\n"),
            200,
            "<!DOCTYPE",
        ),
        ("GET /\r\n".to_owned(), 400, ""),
        (format!("GET / HTTP/2.0\r\n{host}\r\n"), 400, ""),
        (
            get("Host: evil.example\r\n"),
            400,
            "{\"error\":\"the request names more than one host",
        ),
        (get(&host), 400, refused),
        (get(&format!("X: {long}\r\n")), 431, ""),
        (get(&"X: y\r\n".repeat(1000)), 431, ""),
        (get("X: a\u{0}b\r\n"), 400, ""),
        (get("X: a\r\n b\r\n"), 400, ""),
        (get("Range: bytes=99999999-\r\n"), 416, ""),
        (get("Range: tea\r\n"), 416, ""),
        (get("If-Modified-Since: tea\r\n"), 200, "<!DOCTYPE"),
        (format!("GET /{long} HTTP/1.1\r\n{host}\r\n"), 431, ""),
        (
            get("").replace("tea.html", &long[..60_000]),
            404,
            "<!DOCTYPE",
        ),
        (
            get("").replace("tea.html", &"/..".repeat(20_000)[1..]),
            404,
            "<!DOCTYPE",
        ),
        (
            post("").replace("POST", &long[..50_000]) + "\r\n",
            405,
            refused,
        ),
        (post("Content-Length: -1\r\n\r\n{}"), 400, ""),
        (
            post("Content-Length: 1\r\nContent-Length: 2\r\n\r\n{}"),
            400,
            "",
        ),
        (
            post("Content-Length: 99999999999999999999999\r\n\r\n{}"),
            400,
            "",
        ),
        (post("Transfer-Encoding: gzip\r\n\r\n{}"), 400, ""),
        (
            post("Transfer-Encoding: chunked\r\n\r\nzz\r\n{}"),
            400,
            "{\"error\":\"failed to read the request",
        ),
        (
            post("Transfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n{}"),
            400,
            refused,
        ),
        (
            post("Content-Length: 20\r\n\r\n{\"snippet\":\"\\ud800\"}"),
            400,
            refused,
        ),
        (
            post(&format!(
                "Content-Length: 100000\r\n\r\n{}",
                "[".repeat(100_000)
            )),
            400,
            refused,
        ),
        (
            post("Expect: tea\r\nContent-Length: 2\r\n\r\n{}"),
            400,
            refused,
        ),
        ("\u{16}\u{3}\u{1}\u{2}".to_owned(), 400, ""),
        // These never come to their end, and are given up in time.
        (
            post("Content-Length: 20\r\n\r\n{}"),
            408,
            "{\"error\":\"the request did not arrive in time",
        ),
        (post("Content-Length: 99999999999\r\n\r\n{}"), 408, refused),
        (
            post("Transfer-Encoding: chunked\r\n\r\n5\r\n{"),
            408,
            refused,
        ),
    ];
    std::thread::scope(|scope| {
        for (request, status, words) in &cases {
            scope.spawn(|| is_answered(&server, request, *status, words));
        }
    });
    assert!(!server.said().contains("panicked"), "{}", server.said());
    assert_eq!(server.get("/tea.html").status, 200);
}

#[test]
fn a_chunked_request_without_end_is_given_up() {
    let book = Book::still();
    let server = Server::start(&book);
    let mut stream = server.connect();
    let head = format!(
        "POST /api/runs HTTP/1.1\r\n{}Transfer-Encoding: chunked\r\n\r\n",
        of_a_page(&server)
    );
    stream.write_all(head.as_bytes()).expect("it reads");
    let chunk = format!("{:x}\r\n{}\r\n", 1 << 16, " ".repeat(1 << 16));
    let mut sent = 0;
    // It is read on for a while, so that its sender hears why it is refused.
    while sent < 64 << 20 && stream.write_all(chunk.as_bytes()).is_ok() {
        sent += chunk.len();
    }
    assert!(sent < 32 << 20, "{sent} bytes were read");
    assert_eq!(server.get("/tea.html").status, 200);
}
