//! The live server runs programs on this machine: nothing but the book's own pages may ask it to, and nothing but what
//! the book has can be asked for.

use std::io::Write;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::book::{Book, soon};
use crate::server::{Answer, Server, end, texts};

/// Says to a page that it is served.
const IS_LIVE: &str = "<meta name=\"workbook-server\" content=\"live\">";
const RUN: &str = r#"{"snippet":"tea/main"}"#;

/// A request of a page, with some headers replaced, and those left out that are replaced by nothing.
fn ask(server: &Server, method: &str, path: &str, other: &[(&str, &str)], body: &str) -> Answer {
    let (host, key) = (server.host(), server.key());
    let origin = format!("http://{host}");
    let usual = [
        ("Host", host.as_str()),
        ("Origin", &origin),
        ("X-Workbook-Key", &key),
        ("Content-Type", "application/json"),
    ];
    let is_other = |name: &str| other.iter().any(|(it, _)| *it == name);
    let usual = usual.into_iter().filter(|(name, _)| !is_other(name));
    let headers: Vec<_> = usual
        .chain(other.iter().copied())
        .filter(|(_, value)| !value.is_empty())
        .collect();
    server.ask(method, path, &headers, body)
}

fn post(server: &Server, other: &[(&str, &str)], body: &str) -> Answer {
    ask(server, "POST", "/api/runs", other, body)
}

#[test]
fn a_page_of_the_book_may_ask_under_both_names() {
    let book = Book::sound();
    let server = Server::start(&book);
    let local = format!("localhost:{}", server.port);
    let local_origin = format!("http://{local}");
    assert_eq!(post(&server, &[], RUN).status, 201);
    let both = [("Host", local.as_str()), ("Origin", &local_origin)];
    assert_eq!(post(&server, &both, RUN).status, 201);
    let page = server.ask("GET", "/tea.html", &[("Host", &local)], "");
    assert!(page.body.contains(IS_LIVE), "{page:?}");
}

#[test]
fn a_foreign_host_is_answered_nothing() {
    let book = Book::still();
    let server = Server::start(&book);
    for host in [
        "evil.example",
        "evil.example:80",
        "localhost:1",
        "10.0.0.7:80",
    ] {
        post(&server, &[("Host", host)], RUN).is_refused(421, host);
        let page = server.ask("GET", "/", &[("Host", host)], "");
        page.is_refused(421, host);
        assert!(!page.body.contains(IS_LIVE));
    }
}

#[test]
fn a_foreign_page_has_nothing_run() {
    let book = Book::still();
    let server = Server::start(&book);
    let id = "0".repeat(32);
    let other_port = format!("http://127.0.0.1:{}", server.port ^ 1);
    for origin in [
        "",
        "null",
        "http://evil.example",
        "https://localhost",
        &other_port,
        &format!("http://evil.example/{}", server.host()),
        &format!("http://{}.evil.example", server.host()),
    ] {
        let other = [("Origin", origin)];
        post(&server, &other, RUN).is_refused(403, "this request does not come from a page");
        let stopped = ask(&server, "DELETE", &format!("/api/runs/{id}"), &other, "");
        stopped.is_refused(403, "this request does not come from a page");
    }
    for site in ["cross-site", "same-site", "something"] {
        post(&server, &[("Sec-Fetch-Site", site)], RUN).is_refused(403, "page of this book");
    }
    // Before it runs anything foreign, a browser asks: it is not told yes.
    let asked = [
        ("Host", server.host()),
        ("Origin", "http://evil.example".into()),
    ];
    let asked = asked
        .each_ref()
        .map(|(name, value)| (*name, value.as_str()));
    let asked = server.ask("OPTIONS", "/api/runs", &asked, "");
    asked.is_refused(403, "page of this book");
}

#[test]
fn nothing_runs_without_the_key() {
    let book = Book::still();
    let server = Server::start(&book);
    let key = server.key();
    assert_eq!(key.len(), 32);
    let id = "0".repeat(32);
    let longer = format!("{key}0");
    let other_case = key.to_uppercase();
    for wrong in ["", "0", &id, &longer, &key[..31], &other_case] {
        let other = [("X-Workbook-Key", wrong)];
        let refused = post(&server, &other, RUN);
        refused.is_refused(401, "the key is missing, or is not that of this server");
        refused.is_refused(401, "open the whole address");
        assert!(
            refused.head.contains("\r\nwww-authenticate: "),
            "{refused:?}"
        );
        let stopped = ask(&server, "DELETE", &format!("/api/runs/{id}"), &other, "");
        stopped.is_refused(401, "key");
    }
}

#[test]
fn the_key_is_told_to_the_terminal_alone() {
    let book = Book::still();
    let server = Server::start(&book);
    let page = server.get("/tea.html").body;
    let key = server.key();
    let head = page.split("</head>").next().expect("a page has a head");
    assert!(head.contains(IS_LIVE), "{head}");
    let (_, script) = page
        .split_once("<script src=\"")
        .expect("a page has scripts");
    let script = format!("/{}", script.split('"').next().expect("it ends"));
    for path in [
        "/",
        "/tea.html",
        "/api/health",
        "/api/reload.js",
        "/api/source/tea/main",
        &script,
    ] {
        let answer = server.get(path);
        assert_eq!(answer.status, 200, "{path}");
        let anywhere = answer.head + answer.body.as_str();
        assert!(!anywhere.contains(&key), "{path}");
    }
    for path in ["/key", "/../key", "/..%2fkey", "/%2e%2e/%2e%2e/key"] {
        assert_eq!(server.get(path).status, 404, "{path}");
    }
    let mut holders = Vec::new();
    let mut folders = vec![book.path("target/workbook")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("it is there").flatten() {
            if entry.path().is_dir() {
                folders.push(entry.path());
            } else {
                let bytes = std::fs::read(entry.path()).expect("it can be read");
                if String::from_utf8_lossy(&bytes).contains(&key) {
                    holders.push(entry.path());
                }
            }
        }
    }
    assert_eq!(holders, [book.path("target/workbook/key")]);
}

#[test]
fn the_key_outlives_the_server() {
    let book = Book::still();
    let key = Server::start(&book).key();
    let (again, beside) = (Server::start(&book), Server::start(&book));
    assert_eq!([again.key(), beside.key()], [key.clone(), key.clone()]);
    // Who is given that of a server for other machines, has not yours.
    let for_others = Server::start_with(&book, &["--hostname", "0.0.0.0"]);
    assert_ne!(for_others.key(), key);
    let other = [("X-Workbook-Key", key.as_str())];
    post(&for_others, &other, RUN).is_refused(401, "key");
    assert_ne!(Server::start(&Book::still()).key(), key, "another clone");
}

#[test]
#[cfg(unix)]
fn the_key_is_its_owners_alone() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let book = Book::still();
    let path = book.path("target/workbook/key");
    let mode = || {
        let metadata = path.symlink_metadata().expect("it is there");
        assert!(metadata.is_file());
        metadata.permissions().mode() & 0o777
    };
    let key = Server::start(&book).key();
    assert_eq!(mode(), 0o600);
    assert_eq!(book.read("target/workbook/key"), format!("{key}\n"));
    // What others could have read is one no more, nor is what is none.
    let mut known = vec![key];
    let may_read = |mode| {
        let may_read = std::fs::Permissions::from_mode(mode);
        std::fs::set_permissions(&path, may_read).expect("it is ours");
    };
    let changes: [&dyn Fn(); 6] = [
        &|| may_read(0o644),
        &|| may_read(0o640),
        &|| book.write("target/workbook/key", ""),
        &|| book.write("target/workbook/key", &"x".repeat(32)),
        &|| book.write("target/workbook/key", &"0".repeat(33)),
        &|| {
            let elsewhere = book.path("target/workbook/elsewhere");
            std::fs::rename(&path, &elsewhere).expect("it is there");
            symlink(elsewhere, &path).expect("it is free");
        },
    ];
    for change in changes {
        change();
        let server = Server::start(&book);
        let key = server.key();
        assert_eq!(mode(), 0o600);
        assert!(!known.contains(&key));
        post(&server, &[], RUN).is_refused(422, "does not run");
        known.push(key);
    }
}

#[test]
fn what_is_no_json_or_says_nothing_is_refused() {
    let book = Book::still();
    let server = Server::start(&book);
    for kind in [
        "",
        "text/plain",
        "application/x-www-form-urlencoded",
        "text/json",
    ] {
        post(&server, &[("Content-Type", kind)], RUN).is_refused(415, "application/json");
    }
    for body in [
        "",
        "{",
        "[]",
        "null",
        "\"tea/main\"",
        "{}",
        r#"{"snippet":7}"#,
        r#"{"snippet":"tea/main","shell":"rm"}"#,
        r#"{"snippet":"tea/main","source":7}"#,
        "\u{0}\u{1}",
    ] {
        post(&server, &[], body).is_refused(400, "send `{\"snippet\"");
    }
    let kind = [("Content-Type", "application/json; charset=utf-8")];
    post(&server, &kind, "{}").is_refused(400, "snippet");
}

#[test]
fn what_is_too_long_is_refused() {
    let book = Book::sound();
    let server = Server::start(&book);
    let program = |bytes: usize| {
        let start = "fn main() {}\n//";
        let source = start.to_owned() + "x".repeat(bytes - start.len()).as_str();
        json!({ "snippet": "tea/main", "source": source }).to_string()
    };
    post(&server, &[], &program(256 << 10)).json();
    post(&server, &[], &program((256 << 10) + 1)).is_refused(413, "256 KiB");
    post(&server, &[], &" ".repeat(2 << 20)).is_refused(413, "256 KiB");
    // Newlines and quotes are two bytes in JSON, and one in the program.
    let source = "fn main() {}\n".to_owned() + "\n".repeat(250 << 10).as_str();
    let body = json!({ "snippet": "tea/main", "source": source }).to_string();
    assert_eq!(post(&server, &[], &body).status, 201);
}

#[test]
fn only_what_the_book_has_can_be_asked_for() {
    let book = Book::still();
    let server = Server::start(&book);
    let run = |id: &str| post(&server, &[], &json!({ "snippet": id }).to_string());
    run("tea/por").is_refused(404, "did you mean `tea/pour`?");
    for id in [
        "",
        "tea",
        "/",
        "tea/",
        "../tea/main",
        "tea/../tea/main",
        "tea/main.rs",
        "tea/src/main.rs",
        "/etc/passwd",
        "tea/main; ls",
        "tea/main\u{0}",
        "TEA/MAIN",
    ] {
        run(id).is_refused(404, "unknown snippet");
    }
    run("tea/main").is_refused(422, "does not run on this system");
}

#[test]
fn a_long_name_costs_no_more_than_its_length() {
    let book = Book::still();
    let server = Server::start(&book);
    server.health();
    let start = Instant::now();
    let long = "a".repeat(60_000);
    let longer = "a/".repeat(200_000);
    for _ in 0..4 {
        let source = server.get(&format!("/api/source/x/{long}"));
        source.is_refused(404, "unknown snippet");
        assert!(source.body.len() < 1000, "{source:?}");
        for id in [&long, &longer, &"é\0".repeat(60_000)] {
            let run = post(&server, &[], &json!({ "snippet": id }).to_string());
            run.is_refused(404, "unknown snippet");
            assert!(run.body.len() < 2000, "{run:?}");
        }
        let run = server.get(&format!("/api/runs/{long}/events"));
        run.is_refused(404, "there is no run");
        assert!(run.body.len() < 1000, "{run:?}");
        let stop = ask(&server, "DELETE", &format!("/api/runs/{long}"), &[], "");
        stop.is_refused(404, "there is no run");
        let host = server.ask("GET", "/", &[("Host", &long)], "");
        host.is_refused(421, "does not answer to the name");
        assert!(host.body.len() < 1000, "{host:?}");
        let key = format!("{{\"{long}\": 1}}");
        let unknown = post(&server, &[], &key);
        unknown.is_refused(400, "is not understood");
        assert!(unknown.body.len() < 2000, "{unknown:?}");
    }
    let took = start.elapsed();
    assert!(took < Duration::from_secs(8), "{took:?}");
}

#[test]
fn a_source_is_read_by_its_name_and_nothing_else_is() {
    let book = Book::still();
    let server = Server::start(&book);
    let answer = server.get("/api/source/tea/main");
    assert_eq!(answer.status, 200);
    assert!(
        answer
            .head
            .contains("content-type: text/plain; charset=utf-8")
    );
    assert_eq!(answer.body, book.read("chapters/tea/src/main.rs"));
    server
        .get("/api/source/tea/mani")
        .is_refused(404, "did you mean `tea/main`?");
    for path in [
        "../../Cargo.toml",
        "..%2f..%2fCargo.toml",
        "%2e%2e/%2e%2e/Cargo.toml",
        "tea/..%2f..%2fCargo.toml",
        "tea/%2e%2e%2f%2e%2e%2fCargo.toml",
        "tea/../../../Cargo.toml",
        "tea/..%5c..%5cCargo.toml",
        "%2fetc/passwd",
        "tea/%2fetc%2fpasswd",
        "tea/main.rs",
        "tea/main%00",
        "tea/Cargo.toml",
        "tea/main/x",
        "tea",
        "",
    ] {
        let answer = server.get(&format!("/api/source/{path}"));
        assert_eq!(answer.status, 404, "{path}: {answer:?}");
        for secret in ["[workspace", "[package", "root:", "fn main"] {
            assert!(!answer.body.contains(secret), "{path}: {answer:?}");
        }
    }
}

#[test]
fn a_stream_is_opened_by_its_own_page_and_once() {
    let book = Book::new()
        .with(
            "tea/main",
            "deadline = 20",
            "fn main() { std::thread::park() }",
        )
        .locked();
    let server = Server::start(&book);
    let id = server.begin("tea/main");
    let open = |other: &[(&str, &str)]| {
        let path = format!("/api/runs/{id}/events");
        ask(
            &server,
            "GET",
            &path,
            &[&[("Content-Type", "")], other].concat(),
            "",
        )
    };
    let foreign = "http://evil.example";
    open(&[("Origin", foreign)]).is_refused(403, "page of this book");
    open(&[("Origin", "null")]).is_refused(403, "page of this book");
    open(&[("Sec-Fetch-Site", "cross-site")]).is_refused(403, "page of this book");
    open(&[("Sec-Fetch-Site", "same-site")]).is_refused(403, "page of this book");
    let upgrade = [
        ("Upgrade", "websocket"),
        ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="),
        ("Sec-WebSocket-Version", "13"),
    ];
    open(&upgrade).is_refused(403, "page of this book");
    let path = format!("/api/runs/{id}/events");
    let head = server.ask("HEAD", &path, &[("Host", &server.host())], "");
    assert_eq!(head.status, 405, "it would take the stream");
    let events = server.events(&id);
    open(&[]).is_refused(409, "listens to this run already");
    drop(events);
    let unknown = server.get(&format!("/api/runs/{}/events", "0".repeat(32)));
    unknown.is_refused(404, "there is no run");
    let unknown = ask(&server, "DELETE", "/api/runs/tea", &[], "");
    unknown.is_refused(404, "there is no run");
}

#[test]
fn what_the_api_does_not_have_is_said_in_json() {
    let book = Book::still();
    let server = Server::start(&book);
    for path in [
        "/api",
        "/api/",
        "/api/nothing",
        "/api/runs/x/y/z",
        "/api/%2e%2e/tea.html",
    ] {
        server.get(path).is_refused(404, "nothing");
    }
    server.get("/api/runs").is_refused(405, "/api/runs");
    ask(&server, "PUT", "/api/runs", &[], RUN).is_refused(405, "PUT");
    ask(&server, "POST", "/api/health", &[], RUN).is_refused(405, "POST");
}

#[test]
fn every_answer_tells_the_browser_what_it_must_not_do() {
    let book = Book::still();
    let server = Server::start(&book);
    let refused = server.ask("GET", "/", &[("Host", "evil.example")], "");
    let answers = [
        "/",
        "/tea.html",
        "/nothing",
        "/api/health",
        "/api/reload.js",
    ];
    let answers = answers.map(|path| server.get(path));
    for answer in answers.iter().chain([&refused]) {
        for header in [
            "\r\nx-content-type-options: nosniff\r\n",
            "\r\nreferrer-policy: same-origin\r\n",
            "\r\nx-frame-options: deny\r\n",
            "\r\ncross-origin-resource-policy: same-origin\r\n",
            "\r\ncontent-security-policy: default-src 'self'; ",
            "frame-ancestors 'none'",
            "connect-src 'self'",
        ] {
            assert!(
                answer.head.contains(header),
                "{header} is not in {}",
                answer.head
            );
        }
        assert!(!answer.head.contains("access-control"), "{}", answer.head);
    }
    // Where a page without JavaScript has the table of contents.
    let toc = server.get("/toc.html");
    assert!(toc.head.contains("frame-ancestors 'self'"), "{}", toc.head);
}

#[test]
fn a_slow_or_broken_request_holds_nobody_up() {
    let book = Book::sound();
    let server = Server::start(&book);
    let mut slow = server.connect();
    let (host, key) = (server.host(), server.key());
    let head = format!(
        "POST /api/runs HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\nX-Workbook-Key: {key}\r\n\
         Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n{{\"snip"
    );
    slow.write_all(head.as_bytes()).expect("it reads");
    let mut broken = server.connect();
    broken
        .write_all(b"\x16\x03\x01\x02\x00\x01\x00")
        .expect("it reads");
    assert_eq!(texts(&server.run("tea/main")), ["kettle on", "tea poured"]);
    drop((slow, broken));
}

#[test]
fn beyond_this_machine_programs_run_and_edits_do_not() {
    let book = Book::sound();
    let server = Server::start_with(&book, &["--hostname", "0.0.0.0"]);
    let says = |words| soon(10, || server.said().contains(words));
    let said = says("run its programs on this machine") && says("editing is off");
    assert!(said, "{}", server.said());
    assert_eq!(server.health()["edits"], false);
    let address = format!("10.0.0.7:{}", server.port);
    let origin = format!("http://{address}");
    let there = [("Host", address.as_str()), ("Origin", &origin)];
    assert_eq!(post(&server, &there, RUN).status, 201);
    let mixed = [("Host", address.as_str())];
    post(&server, &mixed, RUN).is_refused(403, "page of this book");
    let edited = r#"{"snippet":"tea/main","source":"fn main() {}"}"#;
    post(&server, &there, edited).is_refused(403, "edited code");
    post(&server, &[], edited).is_refused(403, "edited code");
    let name = format!("desk.example:{}", server.port);
    post(&server, &[("Host", &name)], RUN).is_refused(421, "desk.example");
    // Who reaches it and was not given the key, reads.
    let page = server.ask("GET", "/tea.html", &[("Host", &address)], "");
    assert_eq!(page.status, 200);
    let without = [there[0], there[1], ("X-Workbook-Key", "")];
    post(&server, &without, RUN).is_refused(401, "key");
    let events = server.run("tea/main");
    assert_eq!(end(&events)["ending"], "ok");
}

#[test]
fn a_name_for_this_machine_alone_leaves_edits_on() {
    let book = Book::still();
    let server = Server::start_with(&book, &["--hostname", "127.0.0.1"]);
    assert!(!server.said().contains("editing is off"));
    assert_eq!(server.health()["edits"], true);
}
