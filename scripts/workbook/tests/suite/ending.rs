//! The end of `serve`: in order, soon, and with nothing left behind.

use std::io::{Read, Write};
use std::time::{Duration, Instant};

use nix::sys::signal::Signal;

use crate::book::{Book, POUR, soon};
use crate::server::{Answer, Server};

const PARKS: &str = "fn main() { println!(\"parked\"); std::thread::park() }";

/// Begins a request, and leaves the rest of it out once the server waits for that.
fn half_a_request(server: &Server) -> std::net::TcpStream {
    let mut stream = server.connect();
    let (host, key) = (server.host(), server.key());
    let request = format!(
        "POST /api/runs HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\nX-Workbook-Key: {key}\r\n\
         Content-Type: application/json\r\nContent-Length: 100\r\nExpect: 100-continue\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).expect("it reads");
    let mut heard = [0; 12];
    stream.read_exact(&mut heard).expect("it answers");
    assert_eq!(&heard, b"HTTP/1.1 100");
    stream.write_all(b"{").expect("it reads");
    stream
}

#[test]
fn a_server_that_nobody_uses_ends_at_once() {
    let book = Book::sound();
    for signal in [Signal::SIGINT, Signal::SIGTERM] {
        let mut server = Server::ready(&book, &[]);
        // A page that is open in a browser, with the connections that it keeps for later.
        let mut reload = server.connect();
        let host = server.host();
        let request = format!("GET /api/reload HTTP/1.1\r\nHost: {host}\r\n\r\n");
        reload.write_all(request.as_bytes()).expect("it reads");
        let mut idle = server.connect();
        let request = format!("HEAD /tea.html HTTP/1.1\r\nHost: {host}\r\n\r\n");
        idle.write_all(request.as_bytes()).expect("it reads");
        let _unused = server.connect();
        server.health();
        let told = Instant::now();
        server.signal(signal);
        assert_eq!(server.ended(10), Some(0), "{signal}");
        let took = told.elapsed();
        assert!(took < Duration::from_secs(2), "{signal}: {took:?}");
        assert_eq!(book.left_behind(), [""; 0], "{signal}");
        assert!(Answer::read(reload).status == 200, "the stream ended whole");
        assert!(!server.said().contains("panicked"), "{}", server.said());
    }
}

#[test]
fn a_reader_is_told_that_the_server_ends() {
    let book = Book::new()
        .with("tea/main", "deadline = 60", PARKS)
        .locked();
    let mut server = Server::ready(&book, &["--slots", "1"]);
    let mut runs = server.events(&server.begin("tea/main"));
    assert!(runs.any(|(name, _)| name == "line"));
    let mut waits = server.events(&server.begin("tea/main"));
    assert_eq!(waits.next().expect("a place").0, "queued");
    // And one that nobody listens to yet.
    server.begin("tea/main");
    server.signal(Signal::SIGINT);
    assert_eq!(server.ended(10), Some(0));
    assert_eq!(book.processes(), []);
    assert_eq!(book.left_behind(), [""; 0]);
    for events in [runs, waits] {
        let (name, failed) = events.last().expect("its end");
        assert_eq!(name, "failed");
        assert_eq!(failed["error"], "the server was ended");
    }
}

#[test]
fn a_build_under_way_is_ended_with_the_server() {
    let book = Book::new().with("tea/main", "", POUR);
    let sleeps = "fn main() { std::thread::sleep(std::time::Duration::from_secs(60)) }";
    book.write("chapters/tea/build.rs", sleeps);
    let book = book.locked();
    for signal in [Signal::SIGINT, Signal::SIGTERM] {
        let mut server = Server::start(&book);
        let builds = || !book.processes().is_empty();
        assert!(soon(20, builds), "{}", server.said());
        let run = server.events(&server.begin("tea/main"));
        server.signal(signal);
        assert_eq!(server.ended(10), Some(0));
        assert!(soon(2, || !builds()), "{:?}", book.processes());
        assert_eq!(run.last().expect("its end").0, "failed");
        assert!(!server.said().contains("panicked"), "{}", server.said());
    }
}

/// Ends a server that has a request which never comes to its end, by so many signals. Says how long it took.
fn end_in_the_middle_of_a_request(signals: usize) -> Duration {
    let book = Book::still();
    let mut server = Server::start(&book);
    let _half = half_a_request(&server);
    let told = Instant::now();
    server.signal(Signal::SIGINT);
    let says = || server.said().contains("Ctrl-C again ends it at once");
    assert!(soon(10, says), "{}", server.said());
    for _ in 1..signals {
        server.signal(Signal::SIGINT);
    }
    assert_eq!(server.ended(10), Some(0));
    assert_eq!(book.left_behind(), [""; 0]);
    told.elapsed()
}

#[test]
fn what_does_not_end_is_waited_for_a_while() {
    let took = end_in_the_middle_of_a_request(1);
    assert!(took > Duration::from_millis(2500), "{took:?}");
    assert!(took < Duration::from_secs(8), "{took:?}");
}

#[test]
fn a_second_word_ends_it_at_once() {
    let took = end_in_the_middle_of_a_request(2);
    assert!(took < Duration::from_millis(2500), "{took:?}");
}

#[test]
fn a_closed_terminal_ends_it_in_order_and_is_nothing_to_it_where_somebody_has_said_so() {
    let book = Book::sound();
    for (option, ends) in [
        ("--default-signal=HUP", true),
        ("--ignore-signal=HUP", false),
    ] {
        let tool = book.tool(["serve", "--port", "0"]);
        let mut command = std::process::Command::new("env");
        command
            .arg(option)
            .arg(tool.get_program())
            .args(tool.get_args());
        command.current_dir(book.path(""));
        let mut server = Server::of(&mut crate::book::cleared(command));
        server.health();
        server.signal(Signal::SIGHUP);
        if !ends {
            assert_eq!(server.get("/tea.html").status, 200);
            server.signal(Signal::SIGINT);
        }
        assert_eq!(server.ended(10), Some(0), "{option}");
        assert_eq!(book.left_behind(), [""; 0], "{option}");
    }
}
