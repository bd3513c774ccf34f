//! The programs are built in the background while the book is served, first what somebody waits for, and again when
//! their files change. What does not build says so, and nothing is written into the clone.

use std::time::Instant;

use serde_json::{Value, json};

use crate::book::{Book, POUR, soon};
use crate::server::{Server, end, texts};

/// What a run said that it waits for, as far as that is a build that has begun.
fn waits(events: &[(String, Value)]) -> Vec<&str> {
    let waits = events.iter().filter(|(name, _)| name == "queued");
    waits
        .filter_map(|(_, wait)| wait["text"].as_str())
        .filter(|text| text.starts_with("building "))
        .collect()
}

/// The failure that a run ended with.
#[track_caller]
fn failure(events: &[(String, Value)]) -> (&str, &str) {
    match events.last() {
        Some((name, failed)) if name == "failed" => {
            let text = |key: &str| failed[key].as_str().expect("words");
            (text("error"), text("help"))
        }
        _ => panic!("it did not fail: {events:#?}"),
    }
}

/// A book of which the first chapter is not built before `may_go_on`.
fn slow() -> Book {
    let book = Book::new()
        .with("milk/main", "", POUR)
        .with("tea/main", "", POUR)
        .with("cups/main", "", POUR);
    let waits = r#"
        fn main() {
            while !std::fs::exists("../../target/go_on").unwrap() {
                std::thread::sleep(std::time::Duration::from_millis(10));
            }
        }
    "#;
    book.write("chapters/milk/build.rs", waits);
    book.locked()
}

fn may_go_on(book: &Book) {
    book.write("target/go_on", "");
}

#[test]
fn pages_come_first_and_then_what_somebody_waits_for() {
    let book = slow();
    let server = Server::start(&book);
    assert_eq!(server.get("/tea.html").status, 200);
    assert!(soon(10, || server.health()["build"]["chapter"] == "milk"));
    assert_eq!(server.so_far("builds"), 0);
    let mut waiting = server.events(&server.begin("cups/main"));
    let first = waiting.next().expect("it waits");
    may_go_on(&book);
    let events: Vec<_> = std::iter::once(first).chain(waiting).collect();
    assert_eq!(texts(&events), ["poured"]);
    let mut told = waits(&events);
    // The other tests' cargos take the same crates, and one of them may have been first.
    told.retain(|text| !text.ends_with("is done"));
    assert_eq!(told, ["building 1 of 3: milk", "building 2 of 3: cups"]);
    let done = server.health()["build"].clone();
    assert_eq!(done["of"], 3, "{done}");
    assert!(soon(10, || server.health()["build"]["done"] == 3));
    assert!(soon(10, || server
        .said()
        .contains("every program can be run")));
    let said = server.said();
    let at = |words: &str| {
        said.find(words)
            .unwrap_or_else(|| panic!("{words}\n{said}"))
    };
    assert!(at("built the pages") < at("building 1 of 3: milk"));
    assert!(at("building 2 of 3: cups") < at("building 3 of 3: tea"));
    assert_eq!(waits(&server.run("milk/main")), [""; 0]);
}

#[test]
fn who_waits_hears_how_far_a_build_is_and_not_too_often() {
    let sleeps = "fn main() { std::thread::sleep(std::time::Duration::from_secs(2)) }";
    let libraries: Vec<_> = (0..8).map(|n| format!("spice{n}")).collect();
    let mut book = Book::new().with("tea/main", "", POUR);
    book.append("chapters/tea/Cargo.toml", "\n[dependencies]\n");
    for name in libraries.iter().map(String::as_str).chain(["sugar"]) {
        book = book.with_library(name, "", "");
        let needs = format!("{name} = {{ path = \"../../{name}\" }}\n");
        book.append("chapters/tea/Cargo.toml", &needs);
    }
    book.write("sugar/build.rs", sleeps);
    let book = book.locked();
    let server = Server::start(&book);
    assert_eq!(server.get("/tea.html").status, 200);
    let start = Instant::now();
    let events = server.run("tea/main");
    let took = start.elapsed();
    assert_eq!(texts(&events), ["poured"]);
    let told = waits(&events);
    assert!(
        told.contains(&"building 1 of 1: tea (8 crates so far)"),
        "{told:#?}"
    );
    // And the two before anything is built.
    let most = 3 + took.as_millis() / 400;
    assert!(told.len() as u128 <= most, "{took:?}: {told:#?}");
}

#[test]
fn who_waits_for_another_cargo_is_told_so() {
    let book = Book::new().with("tea/main", "", POUR).locked();
    // As an editor's cargo has it while it checks the clone.
    book.write("target/debug/.cargo-lock", "");
    let other = std::fs::File::open(book.path("target/debug/.cargo-lock")).expect("it is there");
    other.lock().expect("nobody else has it");
    let server = Server::start(&book);
    let mut events = server.events(&server.begin("tea/main"));
    assert!(soon(10, || server.said().contains("another cargo")));
    let mut said = Vec::new();
    let words = loop {
        let (name, wait) = events.next().expect("it waits");
        assert_eq!(name, "queued", "{wait}");
        let text = wait["text"].as_str().expect("words").to_owned();
        if text.contains("another cargo") {
            break text;
        }
        said.push(text);
    };
    assert_eq!(
        words,
        "building 1 of 1: tea, as soon as another cargo, perhaps your editor's, is done"
    );
    assert!(said.len() <= 2, "{said:#?}");
    assert!(server.said().contains(&words), "{}", server.said());
    other.unlock().expect("it is ours");
    let events: Vec<_> = events.collect();
    assert!(!waits(&events).contains(&words.as_str()), "{events:#?}");
    assert_eq!(texts(&events), ["poured"]);
}

#[test]
fn a_reader_may_leave_while_it_builds() {
    let book = slow();
    let server = Server::start(&book);
    let mut events = server.events(&server.begin("milk/main"));
    assert_eq!(events.next().expect("it waits").0, "queued");
    assert_eq!(server.health()["waiting"], 1);
    assert!(soon(20, || server.health()["build"]["chapter"] == "milk"));
    drop(events);
    assert!(soon(5, || server.health()["waiting"] == 0));
    assert_eq!(server.health()["build"]["chapter"], "milk");
    may_go_on(&book);
    assert_eq!(texts(&server.run("milk/main")), ["poured"]);
}

#[test]
fn what_does_not_compile_says_so_and_the_rest_runs() {
    let book = Book::new()
        .with("tea/main", "", POUR)
        .with("tea/spilt", "", "fn main() { let cup: u32 = \"tea\"; }")
        .with("cups/main", "", POUR)
        .locked();
    let server = Server::ready(&book, &[]);
    assert_eq!(server.health()["build"]["failed"], json!(["tea/spilt"]));
    let events = server.run("tea/spilt");
    let (error, help) = failure(&events);
    assert!(
        error.starts_with("`tea/spilt` does not compile\n\nerror[E0308]"),
        "{error}"
    );
    assert!(
        error.contains("--> chapters/tea/examples/spilt.rs:1:28"),
        "{error}"
    );
    assert!(help.contains("chapters/tea/examples/spilt.rs"), "{help}");
    for id in ["tea/main", "cups/main"] {
        assert_eq!(texts(&server.run(id)), ["poured"], "{id}");
    }
    let said = server.said();
    assert!(
        said.contains("these programs cannot be run: tea/spilt"),
        "{said}"
    );
    book.write("chapters/tea/examples/spilt.rs", POUR);
    let mended = soon(10, || server.health()["build"]["failed"] == json!([]));
    assert!(mended, "{}", server.health());
    assert_eq!(texts(&server.run("tea/spilt")), ["poured"]);
}

#[test]
fn what_has_changed_is_built_before_it_is_run() {
    let library = "pub const WORD: &str = \"one\";";
    let book = Book::new()
        .with_library("sugar", "", library)
        .with("tea/main", "", POUR)
        .with(
            "tea/told",
            "",
            "fn main() { println!(\"{:?}\", std::env::args().nth(1)) }",
        )
        .locked();
    let server = Server::ready(&book, &[]);
    for n in 0..3 {
        book.write(
            "chapters/tea/src/main.rs",
            &format!("fn main() {{ println!(\"{n}\") }}"),
        );
        server.handles_all_changes(&book);
        assert_eq!(texts(&server.run("tea/main")), [n.to_string()]);
    }
    let manifest = "chapters/tea/Cargo.toml";
    book.append(manifest, "args = [\"sugar\"]\n");
    server.handles_all_changes(&book);
    assert_eq!(texts(&server.run("tea/told")), ["Some(\"sugar\")"]);
    let before = server.so_far("builds");
    book.append(
        "Cargo.toml",
        "\n[profile.dev.package.sugar]\nopt-level = 1\n",
    );
    assert!(
        soon(10, || server.so_far("builds") > before),
        "all is built again"
    );
    assert_eq!(texts(&server.run("tea/told")), ["Some(\"sugar\")"]);
}

#[test]
fn what_is_saved_while_a_run_waits_for_its_turn_is_what_runs() {
    let parks = "fn main() { println!(\"parked\"); std::thread::park() }";
    let told = "fn main() { println!(\"{:?}\", std::env::args().nth(1)) }";
    let book = Book::new()
        .with("cups/main", "deadline = 60", parks)
        .with("tea/main", "args = [\"milk\"]", told)
        .locked();
    let server = Server::ready(&book, &["--slots", "1"]);
    let id = server.begin("cups/main");
    let mut ahead = server.events(&id);
    assert!(ahead.any(|(name, _)| name == "line"));
    let mut events = server.events(&server.begin("tea/main"));
    assert_eq!(events.next().expect("its place").1["for"], "slot");
    book.replace("chapters/tea/Cargo.toml", "milk", "sugar");
    server.handles_all_changes(&book);
    drop(ahead);
    let events: Vec<_> = events.collect();
    assert_eq!(texts(&events), ["Some(\"sugar\")"], "{events:#?}");
}

#[test]
fn a_broken_manifest_breaks_no_chapter_that_is_built() {
    let book = Book::new()
        .with("tea/main", "", POUR)
        .with("cups/main", "", POUR)
        .locked();
    let server = Server::ready(&book, &[]);
    let manifest = book.read("chapters/cups/Cargo.toml");
    book.write("chapters/cups/Cargo.toml", "[package\nname =");
    server.handles_all_changes(&book);
    assert_eq!(texts(&server.run("tea/main")), ["poured"]);
    let events = server.run("cups/main");
    let (error, _) = failure(&events);
    assert!(
        error.starts_with("cargo could not build `cups/main`"),
        "{error}"
    );
    assert!(error.contains("chapters/cups/Cargo.toml"), "{error}");
    book.write("chapters/cups/Cargo.toml", &manifest);
    server.handles_all_changes(&book);
    assert_eq!(texts(&server.run("cups/main")), ["poured"]);
}

#[test]
fn nothing_in_the_clone_is_changed() {
    let book = Book::sound();
    let before = book.files();
    let server = Server::ready(&book, &[]);
    assert_eq!(end(&server.run("tea/main"))["ending"], "ok");
    let events = server.run_edited("tea/pour", "fn main() { println!(\"spilt\") }");
    assert_eq!(texts(&events), ["spilt"]);
    assert_eq!(book.files(), before);
    // A lock file that has to change is left to the author.
    let old = "version = 4\n";
    book.write("Cargo.lock", old);
    assert!(soon(10, || {
        let failed = &server.health()["build"]["failed"];
        failed.as_array().is_some_and(|all| all.len() == 3)
    }));
    let events = server.run("tea/main");
    let (error, help) = failure(&events);
    assert!(error.contains("--locked"), "{error}");
    assert!(help.contains("cargo run -p tea"), "{help}");
    assert_eq!(book.read("Cargo.lock"), old);
}

#[test]
fn a_package_that_came_into_the_clone_is_named_with_the_cure() {
    let book = Book::new().with("tea/main", "", POUR).locked();
    let lock = book.read("Cargo.lock");
    book.write(
        "scratch/Cargo.toml",
        "[package]\nname = \"scratch\"\nedition = \"2024\"\n",
    );
    book.write("scratch/src/main.rs", "fn main() {}");
    book.replace("Cargo.toml", "members = [", "members = [\"scratch\", ");
    let server = Server::start(&book);
    let events = server.run("tea/main");
    let (error, help) = failure(&events);
    let first = error.lines().next();
    assert_eq!(
        first,
        Some(
            "cargo could not build `tea/main`: the package `scratch` in `scratch` is not in Cargo.lock"
        )
    );
    assert_eq!(
        help,
        "move the folder `scratch` out of this clone, and take \"scratch\" out of `members`"
    );
    assert_eq!(book.read("Cargo.lock"), lock);
    book.replace("Cargo.toml", "\"scratch\", ", "");
    assert!(soon(20, || texts(&server.run("tea/main")) == ["poured"]));
}
