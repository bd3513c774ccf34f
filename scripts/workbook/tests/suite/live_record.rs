//! `serve --record`: what an author saves is built, run and recorded, that alone, and the page shows it.

use crate::book::{Book, POUR, soon};
use crate::server::{Server, texts};

const SLOW: &str = r#"
fn main() {
    println!("kettle on");
    std::thread::sleep(std::time::Duration::from_millis(700));
    println!("poured");
}
"#;

/// What the server has said that it records, in order.
fn saved(server: &Server) -> Vec<String> {
    let said = server.said();
    let saved = said
        .lines()
        .filter_map(|line| line.strip_prefix("saved: recording "));
    saved.map(str::to_owned).collect()
}

/// How often the server has said this.
fn times(server: &Server, words: &str) -> usize {
    server.said().matches(words).count()
}

#[test]
fn a_saved_snippet_is_recorded_alone_and_the_page_shows_it() {
    let book = Book::new()
        .with("tea/main", "claims = [\"lines = 2\"]", SLOW)
        .with("tea/pour", "", POUR)
        .with("cups/main", "", POUR);
    book.run(["record"]).succeeded();
    let server = Server::ready(&book, &["--record"]);
    let others = ["tea/pour", "cups/main"].map(|id| book.recording(id));
    book.replace("chapters/tea/src/main.rs", "\"poured\"", "\"stirred\"");
    assert!(soon(20, || server
        .get("/tea.html")
        .body
        .contains("stirred</span>")));
    assert_eq!(book.recording("tea/main")["lines"][1]["text"], "stirred");
    assert_eq!(
        others,
        ["tea/pour", "cups/main"].map(|id| book.recording(id))
    );
    let page = server.get("/tea.html").body;
    assert!(!page.contains("class=\"stale\""), "{page}");
    // Nothing else is built until it is recorded.
    let said = server.said();
    let (_, recorded) = said.split_once("saved: ").expect("it is recorded");
    let (recorded, _) = recorded.split_once("that took ").expect("to its end");
    let is_another =
        |line: &&str| line.starts_with("building ") && !line.starts_with("building what was saved");
    assert_eq!(recorded.lines().find(is_another), None, "{said}");
    // What was written is no edit: the next that is recorded is the next that is saved.
    server.handles_all_changes(&book);
    book.replace("chapters/cups/src/main.rs", "\"poured\"", "\"counted\"");
    assert!(soon(20, || server
        .get("/cups.html")
        .body
        .contains("counted</span>")));
    assert_eq!(saved(&server), ["tea/main", "cups/main"]);
}

#[test]
fn a_save_builds_the_pages_once() {
    let book = Book::new().with("tea/main", "claims = [\"lines = 2\"]", SLOW);
    book.run(["record"]).succeeded();
    let server = Server::ready(&book, &["--record"]);
    let before = server.so_far("pages");
    let text = book.read("chapters/tea/src/main.rs");
    for (n, word) in [(1, "stirred"), (2, "drunk")] {
        book.write_at_once("chapters/tea/src/main.rs", &text.replace("poured", word));
        let line = format!("{word}</span>");
        let shown = || server.get("/tea.html").body.contains(&line);
        assert!(soon(20, shown), "{}", server.said());
        assert_eq!(server.so_far("pages"), before + n, "{}", server.said());
    }
}

#[test]
fn a_run_that_breaks_its_claims_is_refused_and_the_page_says_stale() {
    let book = Book::new().with("tea/main", "claims = [\"lines = 2\"]", SLOW);
    book.run(["record"]).succeeded();
    let before = book.read("chapters/tea/recordings/main.json");
    let server = Server::ready(&book, &["--record"]);
    assert!(!server.get("/tea.html").body.contains("class=\"stale\""));
    book.replace(
        "chapters/tea/src/main.rs",
        "    println!(\"poured\");\n",
        "",
    );
    let stale = || server.get("/tea.html").body.contains("class=\"stale\"");
    assert!(soon(20, stale), "{}", server.said());
    let said = server.said();
    assert!(
        said.contains("`tea/main` does not hold its claim `lines = 2`: lines 1"),
        "{said}"
    );
    assert!(
        said.contains("a run that does not show what it must is not recorded"),
        "{said}"
    );
    assert_eq!(book.read("chapters/tea/recordings/main.json"), before);
    // What does not compile is refused as well.
    book.append("chapters/tea/src/main.rs", "fn {\n");
    assert!(soon(20, || server
        .said()
        .contains("the compiler says: this file contains")));
    assert_eq!(book.read("chapters/tea/recordings/main.json"), before);
    book.write("chapters/tea/src/main.rs", SLOW);
    assert!(soon(20, || !stale()), "{}", server.said());
}

#[test]
fn a_save_during_a_run_begins_it_anew() {
    let slower = SLOW.replace("700", "2500");
    let book = Book::new().with("tea/main", "claims = [\"says /poured/\"]", POUR);
    book.run(["record"]).succeeded();
    let server = Server::ready(&book, &["--record"]);
    book.write("chapters/tea/src/main.rs", &slower);
    assert!(soon(10, || server
        .said()
        .contains("saved: recording tea/main")));
    #[cfg(target_os = "linux")]
    assert!(soon(10, || book.processes().len() == 1));
    book.write(
        "chapters/tea/src/main.rs",
        &SLOW.replace("\"poured\"", "\"poured twice\""),
    );
    let shown = || server.get("/tea.html").body.contains("poured twice");
    assert!(soon(20, shown), "{}", server.said());
    assert!(
        server.said().contains("once more from the beginning"),
        "{}",
        server.said()
    );
    assert_eq!(times(&server, "  tea/main  ok"), 1, "{}", server.said());
    let wall = book.recording("tea/main")["figures"]["wall"].clone();
    assert!(wall.as_f64().expect("a time") < 2.0, "{wall}");
    #[cfg(target_os = "linux")]
    assert_eq!(book.processes(), []);
}

#[test]
fn a_saved_manifest_has_its_new_claims_held() {
    let book = Book::new()
        .with("tea/main", "claims = [\"lines = 1\"]", POUR)
        .with("tea/pour", "claims = [\"lines = 1\"]", POUR);
    book.run(["record"]).succeeded();
    let server = Server::ready(&book, &["--record"]);
    let manifest = "chapters/tea/Cargo.toml";
    let text = book.read(manifest);
    book.write(manifest, &text.replacen("lines = 1", "lines = 3", 1));
    let told = || {
        server
            .said()
            .contains("`tea/main` does not hold its claim `lines = 3`")
    };
    assert!(soon(20, told), "{}", server.said());
    book.write(manifest, &text.replacen("lines = 1", "says /poured/", 1));
    assert!(soon(20, || times(&server, "that took") == 2));
    assert_eq!(saved(&server), ["tea/main", "tea/main"]);
    // What it is about is no claim.
    book.write(
        manifest,
        &text
            .replacen("a run", "a cup", 1)
            .replacen("lines = 1", "says /poured/", 1),
    );
    server.handles_all_changes(&book);
    book.replace("chapters/tea/examples/pour.rs", "\"poured\"", "\"spilt\"");
    assert!(soon(20, || times(&server, "that took") == 3));
    assert_eq!(saved(&server), ["tea/main", "tea/main", "tea/pour"]);
}

#[test]
fn a_new_snippet_is_recorded_when_it_is_saved() {
    let book = Book::sound();
    let server = Server::ready(&book, &["--record"]);
    let book = book.with("tea/stir", "claims = [\"says /poured/\"]", POUR);
    assert!(
        soon(20, || book.is_recorded("tea/stir")),
        "{}",
        server.said()
    );
    assert!(soon(20, || server
        .get("/tea.html")
        .body
        .contains("data-snippet=\"tea/stir\"")));
}

#[test]
fn without_record_a_save_records_nothing() {
    let book = Book::sound();
    let server = Server::ready(&book, &[]);
    let before = book.read("chapters/tea/recordings/main.json");
    book.replace("chapters/tea/src/main.rs", "tea poured", "tea stirred");
    assert!(soon(20, || server
        .get("/tea.html")
        .body
        .contains("class=\"stale\"")));
    // To record it would come before that, for it is built alone and first.
    assert_eq!(texts(&server.run("tea/main")), ["kettle on", "tea stirred"]);
    assert_eq!(saved(&server), [""; 0]);
    assert_eq!(book.read("chapters/tea/recordings/main.json"), before);
}
