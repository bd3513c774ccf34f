//! `serve`: whole pages at any time, new ones when a file has changed, and only for this machine.

use std::io::{BufRead, BufReader, Write};
use std::net::Shutdown;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::book::{Book, cleared, soon};
use crate::server::{Answer, Server, texts};

/// The lines of data of the event stream that tells of new pages.
fn reloads(server: &Server) -> impl Iterator<Item = String> + use<> {
    let mut stream = server.connect();
    let request = format!(
        "GET /api/reload HTTP/1.1\r\nHost: {}\r\n\r\n",
        server.host()
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

#[test]
fn a_page_is_served_with_its_runs() {
    let book = Book::still();
    let server = Server::start(&book);
    for path in ["/", "/tea.html", "/tea.html?from=here"] {
        let page = server.get(path);
        assert_eq!(page.status, 200, "{path}: {page:?}");
        for part in [
            "data-snippet=\"tea/main\"",
            "<script src=\"/api/reload.js\">",
        ] {
            assert!(page.body.contains(part), "{path}: {page:?}");
        }
        assert!(page.head.contains("\r\ncontent-type: text/html"));
        assert!(page.head.contains("\r\ncache-control: no-cache"));
    }
    let Answer {
        status,
        body: script,
        ..
    } = server.get("/api/reload.js");
    assert_eq!(status, 200);
    assert!(script.contains("EventSource('/api/reload')"), "{script}");
    let style = server.get("/cups.html").body;
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
        let Answer {
            status, body: page, ..
        } = server.get(path);
        assert_eq!(status, 404, "{path}: {page}");
        assert!(!page.contains("[workspace]"), "{path}: {page}");
    }
    assert_eq!(server.get("/tea.html").status, 200, "it goes on after that");
}

#[test]
fn an_edit_is_seen_and_no_request_meets_half_a_book() {
    let book = Book::still();
    let server = Server::start(&book);
    assert_eq!(server.get("/tea.html").status, 200);
    let stop = AtomicBool::new(false);
    let (asked, not_whole) = std::thread::scope(|scope| {
        let reader = scope.spawn(|| {
            let (mut asked, mut not_whole) = (0, Vec::new());
            while !stop.load(Ordering::Relaxed) {
                for path in ["/tea.html", "/cups.html", "/print.html"] {
                    let Answer {
                        status, body: page, ..
                    } = server.get(path);
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
                    .body
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

/// The file whose name, which tells its content, begins like this on the page.
fn file_of(page: &str, beginning: &str) -> String {
    let at = page.find(beginning).expect("the page names it");
    let name = page[at..].split('"').next().expect("it ends");
    format!("/{name}")
}

#[test]
fn a_page_of_the_build_before_finds_what_belongs_to_it() {
    let book = Book::still();
    let server = Server::start(&book);
    let contents = || file_of(&server.get("/tea.html").body, "toc-");
    let before = contents();
    assert_eq!(server.get(&before).status, 200);
    book.write("book/milk.md", "# Milk\n");
    book.append("book/SUMMARY.md", "- [Milk](milk.md)\n");
    assert!(soon(10, || contents() != before), "there is a page more");
    assert_eq!(server.get(&contents()).status, 200);
    assert_eq!(server.get(&before).status, 200, "a page may be loading it");
}

#[test]
fn what_was_just_written_can_be_searched() {
    let book = Book::still();
    let server = Server::start(&book);
    let index = || file_of(&server.get("/tea.html").body, "searchindex-");
    let found = |word| server.get(&index()).body.contains(word);
    assert!(found("kettle") && !found("bergamot"));
    for word in ["bergamot", "oolong"] {
        book.append("book/tea.md", &format!("\nA word more: {word}.\n"));
        assert!(soon(10, || server.get("/tea.html").body.contains(word)));
        let answer = server.get(&index());
        assert_eq!(answer.status, 200);
        assert!(answer.body.contains(word) && answer.body.contains("kettle"));
    }
    book.replace("book/SUMMARY.md", "](", "](nowhere");
    assert!(soon(10, || server
        .said()
        .contains("failed to read the book")));
    assert!(found("oolong"), "the pages stay as they were");
}

#[test]
fn a_new_recording_and_a_new_page_are_seen() {
    let book = Book::still();
    let server = Server::start(&book);
    assert!(server.get("/tea.html").body.contains("tea poured"));
    book.replace(
        "chapters/tea/recordings/main.json",
        "tea poured",
        "tea was poured",
    );
    assert!(soon(10, || server
        .get("/tea.html")
        .body
        .contains("tea was poured")));
    book.write("book/milk.md", "# Milk\n");
    book.append("book/SUMMARY.md", "- [Milk](milk.md)\n");
    assert!(soon(10, || server.get("/milk.html").status == 200));
}

#[test]
fn a_broken_page_is_served_and_mended() {
    let book = Book::still();
    let server = Server::start(&book);
    assert_eq!(server.get("/tea.html").status, 200);
    book.append("book/SUMMARY.md", "- [Milk](milk.md)\n");
    book.append("book/tea.md", "\nA cup more.\n");
    assert!(soon(10, || server
        .said()
        .contains("failed to read the book")));
    let page = server.get("/tea.html");
    assert_eq!(page.status, 200);
    assert!(
        !page.body.contains("A cup more."),
        "the old book stays until the new one is whole"
    );
    book.write("book/milk.md", "# Milk\n");
    assert!(soon(10, || server
        .get("/tea.html")
        .body
        .contains("A cup more.")));
}

#[test]
fn a_browser_is_told_of_a_new_build() {
    let book = Book::still();
    let server = Server::start(&book);
    let mut told = reloads(&server);
    let first = told.next().expect("the build that is served");
    book.append("book/tea.md", "\nA cup more.\n");
    let second = told.next().expect("a new build");
    assert_ne!(first, second);
    assert!(
        server.get("/tea.html").body.contains("A cup more."),
        "it is told when it is there"
    );
}

/// Waits until the whole book was built anew, for this time.
#[track_caller]
fn until_whole(server: &Server, times: usize) {
    let whole = || server.said().matches("built the whole book").count() >= times;
    assert!(soon(20, whole), "{}", server.said());
}

/// What was built since the start, in its order, without the time that it took.
fn built(server: &Server) -> Vec<String> {
    let said = server.said();
    let built = said.lines().filter_map(|line| line.strip_prefix("built "));
    built
        .map(|line| line.split(" in ").next().unwrap_or(line).to_owned())
        .collect()
}

/// A book of which the whole takes many times as long as the page on tea alone.
fn with_a_long_page() -> Book {
    let book = Book::still();
    let paragraphs =
        (0..20_000).map(|n| format!("\nParagraph {n}, which is *there* to be read.\n"));
    book.write("book/long.md", &paragraphs.collect::<String>());
    book.append("book/SUMMARY.md", "- [Long](long.md)\n");
    book
}

#[test]
fn a_saved_page_is_there_before_the_whole_book() {
    let book = with_a_long_page();
    let server = Server::start(&book);
    let mut told = reloads(&server);
    let first = told.next().expect("the edition that is served");
    book.append("book/tea.md", "\nA cup more.\n");
    let second = told.next().expect("a new edition");
    assert_ne!(first, second);
    let page = server.get("/tea.html").body;
    assert!(page.contains("A cup more."), "{page}");
    assert!(!server.get("/print.html").body.contains("A cup more."));
    until_whole(&server, 1);
    assert_eq!(built(&server), ["the pages", "tea.md", "the whole book"]);
    let in_print = || server.get("/print.html").body.contains("A cup more.");
    assert!(soon(10, in_print));
    assert_eq!(server.get("/tea.html").body, page);
    assert_eq!(
        reloads(&server).next(),
        Some(second),
        "no page of the whole book is another"
    );
}

#[test]
fn what_a_program_shows_is_first_on_the_pages_that_name_it() {
    let book = Book::still();
    book.write("book/milk.md", "# Milk\n\n{{#snippet tea/main code=no}}\n");
    book.append("book/SUMMARY.md", "- [Milk](milk.md)\n");
    let server = Server::start(&book);
    let mut told = reloads(&server);
    told.next().expect("the edition that is served");
    let shows = |words: &str| {
        ["/tea.html", "/milk.html"]
            .into_iter()
            .all(|path| server.get(path).body.contains(words))
    };
    let recording = "chapters/tea/recordings/main.json";
    book.replace(recording, "tea poured", "tea was poured");
    told.next().expect("a new edition");
    assert!(shows("tea was poured"), "{}", server.said());
    until_whole(&server, 1);
    book.append("chapters/tea/src/main.rs", "// Stirred.\n");
    told.next().expect("a new edition");
    assert!(shows("class=\"stale\""), "{}", server.said());
    until_whole(&server, 2);
    assert_eq!(
        built(&server),
        [
            "the pages",
            "tea.md, milk.md",
            "the whole book",
            "tea.md, milk.md",
            "the whole book"
        ]
    );
}

#[test]
fn how_pages_look_is_another_on_all_of_them() {
    let book = Book::still();
    book.write("book/assets/look.css", "p { color: black }\n");
    book.append(
        "book.toml",
        "\n[output.html]\nadditional-css = [\"book/assets/look.css\"]\n",
    );
    let server = Server::start(&book);
    let mut told = reloads(&server);
    told.next().expect("the edition that is served");
    let mut is_on_all = |words: &str| {
        told.next().expect("a new edition");
        ["/tea.html", "/cups.html"]
            .into_iter()
            .all(|path| server.get(path).body.contains(words))
    };
    book.replace("book.toml", "A small book", "A tall book");
    assert!(is_on_all("A tall book"), "{}", server.said());
    let style = file_of(&server.get("/tea.html").body, "book/assets/look-");
    book.append("book/assets/look.css", "b { color: red }\n");
    assert!(is_on_all("book/assets/look-"), "{}", server.said());
    let other = file_of(&server.get("/tea.html").body, "book/assets/look-");
    assert_ne!(style, other);
    assert!(server.get(&other).body.contains("red"));
    book.replace("book/SUMMARY.md", "[About cups]", "[Cups]");
    assert!(is_on_all("toc-"), "{}", server.said());
    until_whole(&server, 3);
    let whole = "the whole book";
    assert_eq!(built(&server), ["the pages", whole, whole, whole]);
}

#[test]
fn a_page_with_a_problem_is_there_at_once_and_says_so() {
    let book = Book::still();
    let server = Server::start(&book);
    let mut told = reloads(&server);
    told.next().expect("the edition that is served");
    book.append("book/cups.md", "\n{{#snippet cups/mian}}\n");
    told.next().expect("a new edition");
    let page = server.get("/cups.html").body;
    assert!(page.contains("class=\"problem\""), "{page}");
    until_whole(&server, 1);
    assert_eq!(built(&server), ["the pages", "cups.md", "the whole book"]);
    assert!(server.said().contains(", with 1 problem"));
    let told = || server.said().matches("unknown snippet `cups/mian`").count() == 1;
    assert!(soon(2, told), "{}", server.said());
}

#[test]
fn of_saves_in_quick_succession_the_last_stays() {
    let book = with_a_long_page();
    let server = Server::start(&book);
    let mut told = reloads(&server);
    told.next().expect("the edition that is served");
    let page = book.read("book/tea.md");
    let number = |path: &str| -> u32 {
        let page = server.get(path).body;
        let (_, rest) = page.split_once("Save number ").unwrap_or(("", "0"));
        let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
        digits.parse().expect("it is a number")
    };
    let mut seen = Vec::new();
    for n in 1..=3 {
        book.write("book/tea.md", &format!("{page}\nSave number {n}.\n"));
        told.next().expect("a new edition");
        seen.push(number("/tea.html"));
    }
    assert_eq!(seen, [1, 2, 3]);
    assert_eq!(built(&server)[..2], ["the pages", "tea.md"]);
    let is_last = || {
        seen.push(number("/tea.html"));
        number("/print.html") == 3
    };
    assert!(soon(20, is_last), "{}", server.said());
    assert!(seen.is_sorted(), "the page went back: {seen:?}");
    assert_eq!(number("/tea.html"), 3);
}

#[test]
fn reading_a_file_builds_nothing() {
    let book = Book::still();
    let server = Server::start(&book);
    let told = reloads(&server).next().expect("the build that is served");
    let before = ["changes", "pages"].map(|what| server.so_far(what));
    assert!(!book.read("book/tea.md").is_empty());
    assert_eq!(server.get("/tea.html").status, 200);
    assert_eq!(reloads(&server).next(), Some(told));
    // A change that does count is the first that is handled since. To build the pages is to read all of them, too.
    for n in 1..=2 {
        book.write_at_once("book/tea.md", &format!("# Tea\n\nAnd {n} cups.\n"));
        let shown = || {
            server
                .get("/tea.html")
                .body
                .contains(&format!("And {n} cups."))
        };
        assert!(soon(10, shown), "{}", server.said());
        let now = ["changes", "pages"].map(|what| server.so_far(what));
        assert_eq!(now, before.map(|before| before + n));
    }
}

#[test]
fn only_the_two_names_of_this_machine_are_answered() {
    let book = Book::still();
    let server = Server::start(&book);
    let port = server.port;
    let ask = |host: &str, path: &str| server.ask("GET", path, &[("Host", host)], "");
    assert_eq!(ask(&format!("localhost:{port}"), "/tea.html").status, 200);
    for host in [
        "evil.example".to_owned(),
        format!("evil.example:{port}"),
        format!("127.0.0.1.evil.example:{port}"),
        "127.0.0.1".to_owned(),
        format!("127.0.0.1:{}", port ^ 1),
        String::new(),
    ] {
        for path in ["/tea.html", "/api/reload", "/api/reload.js"] {
            let answer = ask(&host, path);
            answer.is_refused(421, "127.0.0.1");
            assert!(!answer.body.contains("data-snippet"), "{answer:?}");
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
    assert_eq!(server.get("/tea.html").status, 200);
    drop(silent);
}

/// The tool, as the system runs it that lets it open so many files.
#[cfg(unix)]
fn with_few_files(book: &Book, files: u32, args: &[&str]) -> Command {
    let mut command = cleared(Command::new("sh"));
    command.current_dir(book.path(""));
    let limited = format!("ulimit -n {files} && exec \"$@\"");
    command.args(["-c", &limited, "sh", env!("CARGO_BIN_EXE_cargo-workbook")]);
    command.args(["serve", "--port", "0"]).args(args);
    command
}

#[test]
#[cfg(unix)]
fn who_asks_for_nothing_shuts_nobody_out() {
    let book = Book::sound();
    // Its programs are built, for which cargo opens as many files as it likes.
    drop(Server::ready(&book, &[]));
    let server = Server::ready_of(&mut with_few_files(&book, 64, &[]));
    assert!(
        server.said().contains("run at a time, and not 8"),
        "{}",
        server.said()
    );
    let host = server.host();
    let held: Vec<_> = (0..200)
        .map(|n| {
            let mut stream = server.connect();
            let begun = match n % 4 {
                0 => String::new(),
                1 => "GET /tea.html HTTP/1.1\r\nHo".to_owned(),
                // Answered, and kept.
                2 => format!("HEAD /tea.html HTTP/1.1\r\nHost: {host}\r\n\r\n"),
                _ => format!(
                    "GET /tea.html HTTP/1.1\r\nHost: {host}\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nt"
                ),
            };
            // Who was there too long has been sent away.
            let _ = stream.write_all(begun.as_bytes());
            stream
        })
        .collect();
    std::thread::scope(|scope| {
        let readers: Vec<_> = (0..40)
            .map(|_| {
                scope.spawn(|| {
                    assert_eq!(server.get("/tea.html").status, 200);
                    texts(&server.run("tea/main")).join(" ")
                })
            })
            .collect();
        for reader in readers {
            assert_eq!(reader.join().expect("it is served"), "kettle on tea poured");
        }
    });
    drop(held);
    assert_eq!(server.get("/tea.html").status, 200);
    assert!(!server.said().contains("panicked"), "{}", server.said());
}

#[test]
#[cfg(target_os = "linux")]
fn a_server_without_open_files_goes_on_when_there_are_some() {
    let book = Book::still();
    let server = Server::start(&book);
    assert_eq!(server.get("/tea.html").status, 200);
    let process = server.process().cast_signed();
    let may_open = |files: u64| {
        let limit = rlimit::getrlimit(rlimit::Resource::NOFILE).expect("there is one");
        rlimit::prlimit(
            process,
            rlimit::Resource::NOFILE,
            Some((files, limit.1)),
            None,
        )
    };
    may_open(3).expect("it is ours");
    let mut waits = server.connect();
    let says = || server.said().matches("nobody can connect for now").count();
    assert!(soon(10, || says() == 1), "{}", server.said());
    let ticks = || {
        let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).expect("it is there");
        let fields: Vec<u64> = stat.split(' ').filter_map(|it| it.parse().ok()).collect();
        // User and system, of which a hundred are a second; its name and state are no numbers.
        fields[11] + fields[12]
    };
    let before = ticks();
    assert!(!soon(1, || ticks() > before + 50), "it spins");
    may_open(100).expect("it is ours");
    let request = format!(
        "GET /tea.html HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n",
        server.host()
    );
    waits.write_all(request.as_bytes()).expect("it reads");
    assert_eq!(Answer::read(waits).status, 200);
    assert_eq!(says(), 1, "{}", server.said());
}

#[test]
#[cfg(unix)]
fn the_book_is_opened_in_the_browser_of_the_environment() {
    use std::os::unix::fs::PermissionsExt;
    let book = Book::still();
    book.write(
        "browser",
        "#!/bin/sh\necho \"$1\" > \"$(dirname \"$0\")/opened\"\n",
    );
    let browser = book.path("browser");
    let may_run = std::fs::Permissions::from_mode(0o755);
    std::fs::set_permissions(&browser, may_run).expect("it is ours");
    let mut command = book.tool(["serve", "--port", "0", "--open"]);
    let server = Server::of(command.env("BROWSER", &browser));
    let is_opened = || book.path("opened").exists() && book.read("opened").ends_with('\n');
    assert!(soon(10, is_opened), "{}", server.said());
    // It is given a file that leads there: every user of the machine can read what a program is given.
    let opened = book.read("opened");
    assert!(!opened.contains(&server.key()), "{opened}");
    let way = std::path::Path::new(opened.trim_end());
    let mode = way.metadata().expect("it is there").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let page = std::fs::read_to_string(way).expect("it is ours");
    let url = format!("url={}\"", server.address_of(""));
    assert!(page.contains(&url), "{page}");
    command.env("BROWSER", book.path("nothing"));
    let server = Server::of(&mut command);
    let says = || server.said().contains("could not open a browser");
    assert!(soon(10, says), "{}", server.said());
}

#[test]
fn a_server_on_another_port_says_where_answers_are_kept() {
    let book = Book::still();
    // Whoever has it, it is taken.
    let _taken = std::net::TcpListener::bind(("127.0.0.1", 3000));
    let server = Server::of(&mut book.tool(["serve"]));
    assert_ne!(server.port, 3000);
    let said = server.said();
    let words = "port 3000 is taken, taking another: what you have answered and edited, your browser keeps for the \
                 usual address, http://127.0.0.1:3000/\n";
    assert!(said.starts_with(words), "{said}");
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

#[test]
fn a_summary_that_is_empty_for_a_moment_takes_no_page_away() {
    let book = Book::still();
    let server = Server::start(&book);
    assert_eq!(server.get("/tea.html").status, 200);
    let summary = book.read("book/SUMMARY.md");
    book.write("book/SUMMARY.md", "");
    assert!(soon(10, || server.said().contains("lists no page")));
    assert_eq!(server.get("/tea.html").status, 200);
    book.write("book/SUMMARY.md", &(summary + "- [Milk](milk.md)\n"));
    book.write("book/milk.md", "# Milk\n");
    assert!(soon(10, || server.get("/milk.html").status == 200));
}

#[test]
fn a_hundred_edits_in_a_row_fail_no_request() {
    let book = Book::sound();
    let server = Server::start(&book);
    assert_eq!(server.get("/tea.html").status, 200);
    let page = book.read("book/tea.md");
    let program = book.read("chapters/tea/examples/pour.rs");
    let manifest = book.read("chapters/tea/Cargo.toml");
    let recording = book.read("chapters/tea/recordings/pour.json");
    let stop = AtomicBool::new(false);
    let (asked, failed) = std::thread::scope(|scope| {
        let reader = scope.spawn(|| {
            let (mut asked, mut failed) = (0, Vec::new());
            while !stop.load(Ordering::Relaxed) {
                for (path, end) in [
                    ("/tea.html", "</html>"),
                    ("/cups.html", "</html>"),
                    ("/print.html", "</html>"),
                    ("/api/health", "}"),
                ] {
                    let answer = server.get(path);
                    asked += 1;
                    if answer.status != 200 || !answer.body.contains(end) {
                        failed.push((path, answer.status));
                    }
                }
            }
            (asked, failed)
        });
        for n in 0..100 {
            let before = server.so_far("changes");
            match n % 10 {
                0 => book.write("chapters/tea/Cargo.toml", "[package\nname = "),
                1 => book.write("chapters/tea/Cargo.toml", &manifest),
                2 => book.write("chapters/tea/recordings/pour.json", "{ \"schema\""),
                3 => book.write("chapters/tea/recordings/pour.json", &recording),
                4 => book.write("chapters/tea/examples/pour.rs", "fn main( {"),
                5 => book.write("chapters/tea/examples/pour.rs", &program),
                6 => book.append("book/SUMMARY.md", "- [Milk](milk.md)\n"),
                7 => book.replace("book/SUMMARY.md", "- [Milk](milk.md)\n", ""),
                8 => book.write("book/tea.md", "# Tea\n\n{{#snippet tea/nothing}}\n"),
                _ => book.write("book/tea.md", &format!("{page}\nEdit {n}.\n")),
            }
            // Nine and ten have nothing in common: the book is read in each of these states.
            if n % 9 == 0 {
                assert!(soon(10, || server.so_far("changes") > before));
            }
        }
        let seen = soon(20, || server.get("/tea.html").body.contains("Edit 99."));
        stop.store(true, Ordering::Relaxed);
        assert!(seen, "the last edit was never seen\n{}", server.said());
        reader.join().expect("it does not panic")
    });
    assert_eq!(failed, [], "of {asked} requests");
    assert!(asked > 100, "only {asked} requests were made");
    let built = soon(20, || {
        let build = &server.health()["build"];
        build["done"] == build["of"] && build["failed"] == serde_json::json!([])
    });
    assert!(built, "{}\n{}", server.health(), server.said());
}
