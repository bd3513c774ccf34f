//! `serve`: whole pages at any time, new ones when a file has changed, and only for this machine.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::process::{Child, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crate::book::{Book, soon};

/// A server that ends with the test.
#[derive(Debug)]
struct Server {
    tool: Child,
    port: u16,
}

impl Server {
    fn start(book: &Book) -> Self {
        let mut tool = book.tool(["serve", "--port", "0"]);
        let tool = tool.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
        let mut server = Self {
            tool: tool.expect("it starts"),
            port: 0,
        };
        let stdout = server.tool.stdout.take().expect("it is piped");
        let stderr = server.tool.stderr.take().expect("it is piped");
        // Read on, so that the server never writes into a pipe that is closed or full.
        std::thread::spawn(move || {
            std::io::copy(&mut BufReader::new(stderr), &mut std::io::sink())
        });
        let mut stdout = BufReader::new(stdout);
        let mut first = String::new();
        stdout.read_line(&mut first).expect("it speaks");
        std::thread::spawn(move || std::io::copy(&mut stdout, &mut std::io::sink()));
        let address = first.strip_prefix("the book is at http://127.0.0.1:");
        let port = address.and_then(|rest| rest.split('/').next()?.parse().ok());
        server.port = port.unwrap_or_else(|| panic!("no address in: {first}"));
        server
    }

    fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(("127.0.0.1", self.port)).expect("it listens");
        // Shorter than the server's keep-alive: an event that does not come is not waited for without end.
        stream
            .set_read_timeout(Some(Duration::from_secs(10)))
            .expect("a time");
        stream
    }

    /// The status and the whole answer, headers first.
    fn ask(&self, host: &str, path: &str) -> (u16, String) {
        let mut stream = self.connect();
        let request = format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).expect("it reads");
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).expect("it answers");
        let answer = String::from_utf8_lossy(&answer).into_owned();
        let status = answer.split(' ').nth(1).and_then(|code| code.parse().ok());
        (
            status.unwrap_or_else(|| panic!("no status in: {answer}")),
            answer,
        )
    }

    fn get(&self, path: &str) -> (u16, String) {
        self.ask(&format!("127.0.0.1:{}", self.port), path)
    }

    /// The lines of data of the event stream.
    fn reloads(&self) -> impl Iterator<Item = String> + use<> {
        let mut stream = self.connect();
        let request = format!(
            "GET /api/reload HTTP/1.1\r\nHost: 127.0.0.1:{}\r\n\r\n",
            self.port
        );
        stream.write_all(request.as_bytes()).expect("it reads");
        let lines = BufReader::new(stream)
            .lines()
            .map(|line| line.expect("it goes on"));
        lines.filter_map(|line| {
            line.strip_prefix("data:")
                .map(|data| data.trim().to_owned())
        })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.tool.kill();
        let _ = self.tool.wait();
    }
}

#[test]
fn a_page_is_served_with_its_runs() {
    let book = Book::still();
    let server = Server::start(&book);
    for path in ["/", "/tea.html", "/tea.html?from=here"] {
        let (status, page) = server.get(path);
        assert_eq!(status, 200, "{path}: {page}");
        assert!(page.contains("data-snippet=\"tea/main\""), "{path}: {page}");
        assert!(
            page.contains("<script src=\"/api/reload.js\">"),
            "{path}: {page}"
        );
        assert!(
            page.to_lowercase().contains("\r\ncontent-type: text/html"),
            "{path}: {page}"
        );
    }
    let (status, script) = server.get("/api/reload.js");
    assert_eq!(status, 200);
    assert!(script.contains("EventSource('/api/reload')"), "{script}");
    let style = server.get("/cups.html").1;
    assert!(style.contains("3 cups"), "{style}");
}

#[test]
fn what_is_not_there_is_not_found() {
    let book = Book::still();
    let server = Server::start(&book);
    for path in [
        "/milk.html",
        "/../Cargo.toml",
        "/%2e%2e/%2e%2e/Cargo.toml",
        "/..%2fCargo.toml",
        "//etc/passwd",
        "/tea.html/x",
        "/%00",
    ] {
        let (status, page) = server.get(path);
        assert!([400, 404].contains(&status), "{path}: {page}");
        assert!(!page.contains("[workspace]"), "{path}: {page}");
    }
    assert_eq!(server.get("/tea.html").0, 200, "it goes on after that");
}

#[test]
fn an_edit_is_seen_and_no_request_meets_half_a_book() {
    let book = Book::still();
    let server = Server::start(&book);
    assert_eq!(server.get("/tea.html").0, 200);
    let stop = AtomicBool::new(false);
    let (asked, not_whole) = std::thread::scope(|scope| {
        let reader = scope.spawn(|| {
            let (mut asked, mut not_whole) = (0, Vec::new());
            while !stop.load(Ordering::Relaxed) {
                for path in ["/tea.html", "/cups.html", "/print.html"] {
                    let (status, page) = server.get(path);
                    asked += 1;
                    if status != 200 || !page.contains("</html>") {
                        not_whole.push((path, status));
                    }
                }
            }
            (asked, not_whole)
        });
        let seen = (1..4).all(|n| {
            book.append("book/tea.md", &format!("\nEdited {n} times.\n"));
            soon(10, || {
                server
                    .get("/tea.html")
                    .1
                    .contains(&format!("Edited {n} times."))
            })
        });
        stop.store(true, Ordering::Relaxed);
        assert!(seen, "the edit was never seen");
        reader.join().expect("it does not panic")
    });
    assert_eq!(not_whole, [], "of {asked} requests");
    assert!(asked > 10, "only {asked} requests were made");
}

#[test]
fn a_new_recording_and_a_new_page_are_seen() {
    let book = Book::still();
    let server = Server::start(&book);
    assert!(server.get("/tea.html").1.contains("tea poured"));
    book.replace(
        "chapters/tea/recordings/main.json",
        "tea poured",
        "tea was poured",
    );
    assert!(soon(10, || server
        .get("/tea.html")
        .1
        .contains("tea was poured")));
    book.write("book/milk.md", "# Milk\n");
    book.append("book/SUMMARY.md", "- [Milk](milk.md)\n");
    assert!(soon(10, || server.get("/milk.html").0 == 200));
}

#[test]
fn a_broken_page_is_served_and_mended() {
    let book = Book::still();
    let server = Server::start(&book);
    assert_eq!(server.get("/tea.html").0, 200);
    book.append("book/SUMMARY.md", "- [Milk](milk.md)\n");
    book.append("book/tea.md", "\nA cup more.\n");
    std::thread::sleep(Duration::from_millis(500));
    assert_eq!(
        server.get("/tea.html").0,
        200,
        "the old book stays until the new one is whole"
    );
    book.write("book/milk.md", "# Milk\n");
    assert!(soon(10, || server
        .get("/tea.html")
        .1
        .contains("A cup more.")));
}

#[test]
fn a_browser_is_told_of_a_new_build() {
    let book = Book::still();
    let server = Server::start(&book);
    let mut reloads = server.reloads();
    let first = reloads.next().expect("the build that is served");
    book.append("book/tea.md", "\nA cup more.\n");
    let second = reloads.next().expect("a new build");
    assert_ne!(first, second);
    assert!(
        server.get("/tea.html").1.contains("A cup more."),
        "it is told when it is there"
    );
}

#[test]
fn reading_a_file_builds_nothing() {
    let book = Book::still();
    let server = Server::start(&book);
    let mut reloads = server.reloads();
    let first = reloads.next().expect("the build that is served");
    for _ in 0..3 {
        assert!(!book.read("book/tea.md").is_empty());
        assert_eq!(server.get("/tea.html").0, 200);
        std::thread::sleep(Duration::from_millis(100));
    }
    assert_eq!(server.reloads().next(), Some(first));
}

#[test]
fn only_the_two_names_of_this_machine_are_answered() {
    let book = Book::still();
    let server = Server::start(&book);
    let port = server.port;
    assert_eq!(server.ask(&format!("localhost:{port}"), "/tea.html").0, 200);
    for host in [
        "evil.example".to_owned(),
        format!("evil.example:{port}"),
        format!("127.0.0.1.evil.example:{port}"),
        "127.0.0.1".to_owned(),
        format!("127.0.0.1:{}", port ^ 1),
        String::new(),
    ] {
        for path in ["/tea.html", "/api/reload", "/api/reload.js"] {
            let (status, answer) = server.ask(&host, path);
            assert_eq!(status, 421, "`{host}` {path}: {answer}");
            assert!(!answer.contains("data-snippet"), "{answer}");
        }
    }
}

#[test]
fn a_client_that_says_nothing_or_leaves_holds_nobody_up() {
    let book = Book::still();
    let server = Server::start(&book);
    let silent: Vec<_> = (0..20).map(|_| server.connect()).collect();
    let mut gone = server.connect();
    gone.write_all(b"GET /tea.html HTTP/1.1\r\nHo")
        .expect("it reads");
    gone.shutdown(Shutdown::Both).expect("it is open");
    assert_eq!(server.get("/tea.html").0, 200);
    drop(silent);
}

#[test]
fn a_port_that_is_taken_is_said_so() {
    let book = Book::still();
    let taken = std::net::TcpListener::bind(("127.0.0.1", 0)).expect("a port");
    let port = taken.local_addr().expect("it listens").port().to_string();
    let ran = book.run(["serve", "--port", &port]).failed();
    ran.says(&format!("error: failed to listen on port {port}"));
    ran.says("help: name another with --port");
}
