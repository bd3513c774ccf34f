//! Run: a reader sees a program's lines as they come, its timeline as it grows, and how it ended; nothing is left
//! running when nobody looks any more.

use std::collections::BTreeMap;
use std::sync::Barrier;
use std::thread::ScopedJoinHandle;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use snapbox::{assert_data_eq, file};

use crate::book::{Book, POUR, redacted, soon};
use crate::server::{Server, end, names, texts};

/// A second in three lines.
const BREWS: &str = r#"
fn main() {
    println!("kettle on");
    std::thread::sleep(std::time::Duration::from_millis(500));
    eprintln!("nearly");
    std::thread::sleep(std::time::Duration::from_millis(500));
    println!("tea poured");
}
"#;
/// Prints a line for each file that it finds, and waits for them.
const WAITS: &str = r#"
fn main() {
    println!("kettle on");
    for file in ["target/boils", "target/brewed"] {
        while !std::fs::exists(file).unwrap() {
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
        println!("{file}");
    }
}
"#;
const PARKS: &str = "fn main() { println!(\"parked\"); std::thread::park() }";
/// A short while in two lines.
const SIPS: &str = r#"
fn main() {
    println!("a sip");
    std::thread::sleep(std::time::Duration::from_millis(200));
    println!("another");
}
"#;
/// What a traced program writes: a poll that stays open until there is a file, and then nothing for half a second.
const TRACED: &str = r#"
use std::io::Write;
use std::time::{Duration, SystemTime};

fn main() {
    let path = std::env::var("WORKBOOK_TIMELINE").unwrap();
    let mut file = std::fs::File::options().append(true).open(path).unwrap();
    let start = SystemTime::UNIX_EPOCH.elapsed().unwrap();
    let mut write = |text: String| file.write_all((text + "\n").as_bytes()).unwrap();
    write(format!("{{\"timeline\":1,\"start\":{:.6}}}", start.as_secs_f64()));
    write("{\"t\":0.0,\"lane\":0,\"event\":\"new\",\"name\":\"tea 1\"}".into());
    write("{\"t\":0.0,\"lane\":0,\"event\":\"poll\",\"thread\":0}".into());
    while !std::fs::exists("target/boils").unwrap() {
        std::thread::sleep(Duration::from_millis(5));
    }
    let t = (SystemTime::UNIX_EPOCH.elapsed().unwrap() - start).as_secs_f64();
    write(format!("{{\"t\":{t:.6},\"lane\":0,\"event\":\"ready\",\"cpu\":0.0}}"));
    std::thread::sleep(Duration::from_millis(500));
}
"#;
/// How many processes run programs of the book.
#[cfg(target_os = "linux")]
fn running(book: &Book) -> usize {
    book.processes().len()
}

#[test]
fn a_run_tells_its_lines_and_how_it_ended() {
    let entry =
        r#"claims = ["wall in 1.0..8.0", "lines = 3", "wall > 2 * wall(tea/pour)", "order exact"]"#;
    let book = Book::new()
        .with("tea/main", entry, BREWS)
        .with("tea/pour", "", POUR);
    book.run(["record"]).succeeded();
    let server = Server::start(&book);
    let events = server.run("tea/main");
    assert_eq!(texts(&events), ["kettle on", "nearly", "tea poured"]);
    let mut told = names(&events);
    told.retain(|name| *name != "queued");
    assert_eq!(told, ["start", "line", "end"]);
    let lines: Vec<_> = events.iter().filter(|(name, _)| name == "line").collect();
    let streams: Vec<_> = lines
        .iter()
        .map(|(_, line)| line["stream"].clone())
        .collect();
    assert_eq!(streams, ["out", "err", "out"]);
    let last = lines[2].1["t"].as_f64().expect("seconds");
    assert!((1.0..8.0).contains(&last), "{last}");
    let end = end(&events);
    assert_eq!((&end["kind"], &end["ending"]), (&json!("ok"), &json!("ok")));
    assert_eq!(end["words"], "");
    assert_eq!(end["svg"], Value::Null);
    assert_eq!(end["compiler"], json!([]));
    let figures = end["figures"].as_array().expect("figures");
    let named: Vec<_> = figures.iter().map(|it| it["name"].clone()).collect();
    assert_eq!(named, ["wall", "CPU", "memory", "threads"]);
    for of in ["recorded", "now"] {
        let wall = figures[0][of].as_str().expect("a time");
        assert!(wall.starts_with("1.") && wall.ends_with(" s"), "{wall}");
    }
    let claims = end["claims"].as_array().expect("claims");
    let held = claims
        .iter()
        .filter(|it| it["verdict"] == "held" && it["saw"] == "");
    assert_eq!(held.count(), 4, "{claims:#?}");
    assert_eq!(claims[2]["claim"], "wall > 2 * wall(tea/pour)");
}

#[test]
fn a_run_is_told_in_events_of_json() {
    let entry =
        r#"claims = ["lines = 3", "lines = 7", "wall > 2 * wall(tea/gone)", "order exact"]"#;
    let book = Book::new().with("tea/main", entry, BREWS).locked();
    let server = Server::ready(&book, &[]);
    let told = server.run("tea/main");
    let told = told
        .iter()
        .map(|(name, data)| format!("{name}: {data:#}\n"));
    let by_run = [
        (r#""t": ([0-9.e-]+)"#, "SECONDS"),
        (r#""name": "\w+",\n.*\n.*"now": (.*)"#, "FIGURE"),
    ];
    let told = redacted(&told.collect::<String>(), &by_run);
    assert_data_eq!(told, file!["live/events.txt"].raw());
}

#[test]
fn a_line_is_told_when_it_is_printed() {
    let book = Book::new()
        .with("tea/main", "deadline = 60", WAITS)
        .locked();
    let server = Server::ready(&book, &[]);
    let events = server.events(&server.begin("tea/main"));
    let mut lines = events.filter(|(name, _)| name == "line");
    let mut line = || lines.next().expect("a line more").1["text"].clone();
    // It prints the next when the one before was read.
    assert_eq!(line(), "kettle on");
    for file in ["target/boils", "target/brewed"] {
        book.write(file, "");
        assert_eq!(line(), file);
    }
    assert!(lines.next().is_none());
}

#[test]
fn every_ending_is_told_in_words() {
    let book = Book::new()
        .with("wild/main", "", "fn main() { std::process::exit(3) }")
        .with("wild/panics", "", "fn main() { panic!(\"no water\") }")
        .with("wild/hangs", "deadline = 1", PARKS)
        .with(
            "wild/lesson",
            "deadline = 1\nclaims = [\"ends hang\"]",
            PARKS,
        )
        .with(
            "wild/floods",
            "",
            "fn main() { loop { println!(\"{:4000}\", \"tea\") } }",
        )
        .with(
            "wild/ticks",
            "deadline = 1",
            "fn main() { loop { println!(\"tick\"); std::thread::sleep(std::time::Duration::from_millis(50)) } }",
        )
        .locked();
    let server = Server::start(&book);
    let told = |id: &str| {
        let events = server.run(id);
        let end = end(&events);
        assert_eq!(end["kind"], "bad");
        let text = |key: &str| end[key].as_str().expect("text").to_owned();
        (text("ending"), text("words"))
    };
    let of = |ending: &str, words: &str| (ending.to_owned(), words.to_owned());
    assert_eq!(told("wild/main"), of("exit 3", "ended with exit code 3"));
    assert_eq!(
        told("wild/panics"),
        of("panic", "ended with a panic, exit code 101")
    );
    assert_eq!(
        told("wild/hangs"),
        of(
            "hang",
            "was still waiting after 1.00 s, its deadline: stopped"
        )
    );
    assert_eq!(
        told("wild/lesson"),
        of("hang", "hangs: stopped after 1.00 s, using no CPU")
    );
    assert_eq!(
        told("wild/floods"),
        of("floods", "prints without end: stopped")
    );
    assert_eq!(
        told("wild/ticks"),
        of(
            "hang",
            "stopped after 1.00 s, its deadline: it was still printing"
        )
    );
    let help = end(&server.run("wild/ticks"))["help"].clone();
    let help = help.as_str().expect("text");
    assert!(
        help.contains("`[package.metadata.workbook.ticks]` in chapters/wild/Cargo.toml"),
        "{help}"
    );
    assert_eq!(end(&server.run("wild/lesson"))["help"], "");
}

#[test]
fn a_long_output_is_cut_and_it_is_said() {
    let program = "fn main() { for n in 0..5000 { println!(\"cup {n}\") } }";
    let book = Book::new().with("tea/main", "", program).locked();
    let server = Server::start(&book);
    let events = server.run("tea/main");
    let cut: u64 = events
        .iter()
        .filter(|(name, _)| name == "cut")
        .map(|(_, cut)| cut["lines"].as_u64().expect("a number"))
        .sum();
    let lines = texts(&events);
    assert_eq!(lines.len() as u64 + cut, 5000);
    assert!(cut > 3000, "{cut}");
    assert_eq!((lines[0], lines[lines.len() - 1]), ("cup 0", "cup 4999"));
}

#[test]
fn a_timeline_grows_while_something_happens() {
    let entry = "about = \"a pot\"\ndeadline = 60";
    let book = Book::new().with("tea/main", entry, TRACED);
    book.replace("chapters/tea/Cargo.toml", "about = \"a run\"\n", "");
    let book = book.locked();
    let server = Server::ready(&book, &[]);
    let picture = |(name, data): (String, Value)| {
        let svg = (name == "lane").then(|| data["svg"].as_str().expect("a picture").to_owned());
        svg.ok_or((name, data))
    };
    let start = Instant::now();
    let mut events = server.events(&server.begin("tea/main")).map(picture);
    let open: Vec<_> = events.by_ref().flatten().take(6).collect();
    // Between two of them are 150 ms.
    assert!(start.elapsed() > Duration::from_millis(5 * 150));
    for part in ["<svg class=\"timeline\"", "a pot", "tea 1"] {
        assert!(open[0].contains(part), "{part} is not in {}", open[0]);
    }
    for svg in &open {
        assert!(svg.contains("unfinished"), "{svg}");
    }
    assert!(
        open[2].contains("poll asleep"),
        "an open poll that uses no CPU: {}",
        open[2]
    );
    book.write("target/boils", "");
    let mut rest: Vec<_> = events.collect();
    let (name, end) = rest
        .pop()
        .and_then(Result::err)
        .expect("the end is the last event");
    assert_eq!(name, "end", "{end}");
    let svg = end["svg"].as_str().expect("the last picture");
    assert!(svg.contains("polled once"), "{svg}");
    // The end of the poll is the last news.
    let closed = rest.iter().flatten().filter(|svg| svg.contains("done"));
    assert_eq!(closed.count(), 1);
}

#[test]
fn a_program_that_must_not_compile_is_given_to_the_compiler_again() {
    let mistake = "fn main() {\n    let cup: u32 = \"tea\";\n}\n";
    let book = Book::new()
        .with("tea/main", "", POUR)
        .with("tea/wrong", "fails = \"E0308\"", mistake)
        .with("tea/other", "fails = \"/no such words/\"", mistake)
        .with("tea/fine", "fails = \"E0308\"", POUR)
        .locked();
    let server = Server::start(&book);
    let events = server.run("tea/wrong");
    let told = end(&events);
    assert_eq!(told["kind"], "refused");
    assert_eq!(told["ending"], "refused E0308");
    assert_eq!(told["words"], "does not compile: error E0308");
    assert_eq!(
        told["claims"],
        json!([{ "claim": "fails E0308", "verdict": "held", "saw": "" }])
    );
    let remark = &told["compiler"][0];
    assert_eq!(remark["code"], "E0308");
    assert_eq!(
        (&remark["line"], &remark["column"]),
        (&json!(2), &json!(20))
    );
    let rendered = remark["rendered"].as_str().expect("words");
    assert!(
        rendered.contains("chapters/tea/compile_fail/wrong.rs:2:20"),
        "{rendered}"
    );
    let events = server.run("tea/other");
    assert_eq!(end(&events)["ending"], "refused E0308");
    assert_eq!(end(&events)["claims"][0]["verdict"], "failed");
    let events = server.run("tea/fine");
    assert_eq!(end(&events)["kind"], "accepted");
    assert_eq!(end(&events)["words"], "compiles, and must not");
    assert_eq!(end(&events)["claims"][0]["saw"], "it compiles");
}

#[test]
#[cfg(target_os = "linux")]
fn forty_readers_at_once_all_see_their_run() {
    let book = Book::new()
        .with("tea/main", "", SIPS)
        .with("cups/main", "", SIPS)
        .locked();
    let server = Server::ready(&book, &["--slots", "4"]);
    let together = Barrier::new(41);
    let (most, all) = std::thread::scope(|scope| {
        let reader = |n: usize| {
            let (server, together) = (&server, &together);
            let id = if n.is_multiple_of(2) {
                "tea/main"
            } else {
                "cups/main"
            };
            move || {
                together.wait();
                server.run(id)
            }
        };
        let readers: Vec<_> = (0..40).map(|n| scope.spawn(reader(n))).collect();
        together.wait();
        let mut most = 0;
        let ended = soon(60, || {
            most = most.max(running(&book));
            readers.iter().all(ScopedJoinHandle::is_finished)
        });
        assert!(ended, "{}", server.health());
        let all: Vec<_> = readers
            .into_iter()
            .map(|it| it.join().expect("it ends"))
            .collect();
        (most, all)
    });
    assert_eq!(most, 4, "ran at once");
    let mut waited = 0;
    for events in &all {
        assert_eq!(texts(events), ["a sip", "another"], "{events:#?}");
        assert_eq!(end(events)["ending"], "ok");
        let places: Vec<_> = events
            .iter()
            .filter(|(name, wait)| name == "queued" && wait["for"] == "slot")
            .map(|(_, wait)| wait["place"].as_u64().expect("a place"))
            .collect();
        waited += usize::from(!places.is_empty());
        assert!(places.is_sorted_by(|a, b| a >= b), "{places:?}");
    }
    assert!(waited >= 36, "{waited} were told to wait");
    let health = server.health();
    assert_eq!(
        (&health["running"], &health["waiting"]),
        (&json!(0), &json!(0))
    );
    assert_eq!(running(&book), 0);
}

#[test]
#[cfg(target_os = "linux")]
fn a_reader_who_leaves_frees_the_slot_and_nothing_is_left() {
    let starts_another = r#"
        fn main() {
            if std::env::args().any(|arg| arg == "stay") { std::thread::park() }
            let itself = std::env::current_exe().unwrap();
            std::process::Command::new("setsid").arg(itself).arg("stay").spawn().unwrap();
            println!("started");
            std::thread::park();
        }
    "#;
    let book = Book::new()
        .with("tea/main", "deadline = 60", starts_another)
        .with("tea/pour", "", POUR)
        .locked();
    let server = Server::ready(&book, &["--slots", "1"]);
    let mut events = server.events(&server.begin("tea/main"));
    assert!(events.any(|(name, _)| name == "line"));
    assert!(soon(5, || running(&book) == 2), "{:?}", book.processes());
    // One who waits, and leaves too.
    let mut waiting = server.events(&server.begin("tea/main"));
    let place = waiting.next().expect("it is told its place");
    assert_eq!(place.1, json!({ "for": "slot", "place": 1, "of": 1 }));
    assert_eq!(server.health()["waiting"], 1);
    drop(waiting);
    assert!(soon(5, || server.health()["waiting"] == 0));
    drop(events);
    assert!(soon(5, || running(&book) == 0), "{:?}", book.processes());
    assert_eq!(texts(&server.run("tea/pour")), ["poured"]);
    assert_eq!(server.health()["running"], 0);
}

#[test]
#[cfg(target_os = "linux")]
fn a_stopped_run_says_so_and_is_gone() {
    let book = Book::new()
        .with("tea/main", "deadline = 60", PARKS)
        .locked();
    let server = Server::ready(&book, &["--slots", "1"]);
    let id = server.begin("tea/main");
    let mut events = server.events(&id);
    assert!(events.any(|(name, _)| name == "line"));
    let waiting = server.begin("tea/main");
    let mut waits = server.events(&waiting);
    assert_eq!(waits.next().expect("a place").0, "queued");
    let stop = |id: &str| {
        server
            .as_page("DELETE", &format!("/api/runs/{id}"), "")
            .status
    };
    assert_eq!(stop(&waiting), 204);
    let told: Vec<_> = waits.collect();
    assert_eq!(end(&told)["ending"], "stopped");
    assert_eq!(stop(&id), 204);
    let told: Vec<_> = events.collect();
    let end = end(&told);
    assert_eq!(end["ending"], "stopped");
    assert_eq!(end["words"], "stopped by you");
    assert_eq!(end["claims"], json!([]));
    assert_ne!(end["figures"][0]["now"], Value::Null, "{end:#}");
    assert!(soon(5, || running(&book) == 0));
    assert_eq!(stop(&id), 404, "it is over");
}

#[test]
#[cfg(target_os = "linux")]
fn a_run_that_nobody_listens_to_is_ended() {
    let book = Book::new()
        .with("tea/main", "deadline = 60", PARKS)
        .locked();
    let server = Server::ready(&book, &[]);
    let id = server.begin("tea/main");
    assert!(soon(5, || running(&book) == 1));
    assert!(soon(15, || running(&book) == 0), "it runs on");
    let events = server.get(&format!("/api/runs/{id}/events"));
    events.is_refused(404, "there is no run");
}

#[test]
#[cfg(target_os = "linux")]
fn a_server_that_is_killed_leaves_nothing_running() {
    let book = Book::new()
        .with("tea/main", "deadline = 60", PARKS)
        .locked();
    let mut server = Server::ready(&book, &[]);
    let mut events = server.events(&server.begin("tea/main"));
    assert!(events.any(|(name, _)| name == "line"));
    server.kill();
    assert!(soon(5, || running(&book) == 0), "{:?}", book.processes());
}

#[test]
#[cfg(target_os = "linux")]
fn a_server_that_is_told_to_end_takes_all_with_it() {
    use nix::sys::signal::{Signal, kill};
    let book = Book::new()
        .with("tea/main", "deadline = 60", PARKS)
        .locked();
    for signal in [Signal::SIGINT, Signal::SIGTERM] {
        let server = Server::ready(&book, &[]);
        let mut events = server.events(&server.begin("tea/main"));
        assert!(events.any(|(name, _)| name == "line"));
        let edited = server.begin_edited("tea/main", PARKS);
        let mut edited = server.events(&edited);
        assert!(edited.any(|(name, _)| name == "line"));
        let process = nix::unistd::Pid::from_raw(server.process().cast_signed());
        kill(process, signal).expect("it is there");
        assert!(soon(5, || running(&book) == 0), "{:?}", book.processes());
        let is_clean = || book.left_behind().is_empty();
        assert!(soon(5, is_clean), "{signal}: {:?}", book.left_behind());
    }
}

#[test]
#[cfg(target_os = "linux")]
fn a_run_that_measures_is_alone() {
    let book = Book::new()
        .with("tea/main", "", SIPS)
        .with("tea/measures", "alone = true", SIPS)
        .locked();
    let server = Server::ready(&book, &["--slots", "4"]);
    let ids = [
        "tea/main",
        "tea/main",
        "tea/measures",
        "tea/main",
        "tea/main",
    ];
    let streams = ids.map(|id| server.events(&server.begin(id)));
    let most = std::thread::scope(|scope| {
        let readers = streams.map(|stream| scope.spawn(move || stream.collect::<Vec<_>>()));
        let mut most = BTreeMap::new();
        let mut before = Vec::new();
        let ended = soon(60, || {
            let seen = book.processes();
            // One look takes a while: what was there at the last one, too, was there at one time.
            let mut now = seen.clone();
            now.retain(|it| before.contains(it));
            before = seen;
            let measures = now.iter().any(|(_, line)| line.contains("measures"));
            let most = most.entry(measures).or_insert(0);
            *most = now.len().max(*most);
            readers.iter().all(ScopedJoinHandle::is_finished)
        });
        assert!(ended, "{}", server.health());
        for reader in readers {
            let events = reader.join().expect("it ends");
            assert_eq!(texts(&events), ["a sip", "another"]);
        }
        most
    });
    assert_eq!(most, BTreeMap::from([(false, 2), (true, 1)]));
}

#[test]
fn too_many_that_wait_are_sent_away() {
    let book = Book::new()
        .with("tea/main", "deadline = 60", PARKS)
        .locked();
    let server = Server::ready(&book, &["--slots", "1"]);
    let key = server.key();
    let (host, origin) = (server.host(), format!("http://{}", server.host()));
    let headers = [
        ("Host", host.as_str()),
        ("Origin", &origin),
        ("X-Workbook-Key", &key),
        ("Content-Type", "application/json"),
    ];
    let body = r#"{"snippet":"tea/main"}"#;
    let post = || server.ask("POST", "/api/runs", &headers, body);
    let running = server.events(&server.begin("tea/main"));
    assert!(soon(5, || server.health()["running"] == 1));
    for n in 0..200 {
        assert_eq!(post().status, 201, "{n}");
    }
    post().is_refused(503, "200 runs wait");
    drop(running);
}
