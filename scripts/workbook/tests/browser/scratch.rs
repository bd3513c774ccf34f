//! The page for trying anything: its program is open at once, kept, run when asked, and sent to others in a link.

use serde_json::json;

use crate::book::Book;
use crate::kettle;
use crate::reader::{Reader, key};
use crate::server::Server;
use crate::site::Static;

const EMPTY: &str = "//! Nothing yet.\n\nfn main() {}\n";
const CODE: &str = "figure.listing[data-snippet='scratch/main']";
const MINE: &str = "fn main() { println!(\"mine: {}\", 6 * 7); }";
const OTHERS: &str = "fn main() { println!(\"Grüße: {}\", 3 * 7); }";

fn part(rest: &str) -> String {
    format!("{CODE} {rest}")
}

fn book() -> Book {
    let book = Book::new().with("scratch/main", "claims = [\"lines = 0\"]", EMPTY);
    kettle::dress(&book);
    book.run(["record"]).succeeded();
    book
}

fn served(book: &Book) -> (Server, Reader) {
    let server = Server::ready(book, &[]);
    let reader = Reader::new();
    reader.open(&server.address_of("scratch.html"));
    reader.until_seen(&part(".share"));
    (server, reader)
}

fn text(reader: &Reader) -> String {
    let script = "return [...document.querySelectorAll(arguments[0])].map((line) => line.textContent).join('\\n')";
    reader.see_with(script, json!([part(".cm-line")]))
}

#[track_caller]
fn write(reader: &Reader, program: &str) {
    reader.click(&part(".cm-content"));
    reader.press_with(key::CONTROL, 'a');
    reader.write(program);
}

/// The link that the page gives for a program.
#[track_caller]
fn link_to(reader: &Reader, program: &str) -> String {
    write(reader, program);
    reader.click(&part(".share"));
    reader.see_with(
        "return document.querySelector(arguments[0]).value",
        json!([part(".sharing input")]),
    )
}

/// Holds that the page has asked for no run since its requests were last looked at.
#[track_caller]
fn asked_for_no_run(reader: &Reader) {
    reader.lets_frames_pass();
    let asked = reader.requests();
    assert!(
        !asked.iter().any(|url| url.contains("/api/runs")),
        "{asked:?}"
    );
}

#[test]
#[ignore = "needs Chromium: apt-get install chromium chromium-driver, then cargo test --features browser --test browser -- --ignored"]
fn the_program_is_open_at_once_and_runs_when_asked() {
    let book = book();
    let (_server, reader) = served(&book);
    assert_eq!(text(&reader), EMPTY);
    assert!(reader.has_focus("body"), "the page is read first");
    asked_for_no_run(&reader);
    reader.tab_to(&part(".cm-content"));
    reader.press_with(key::CONTROL, 'a');
    reader.write(MINE);
    reader.press_with(key::CONTROL, key::ENTER);
    reader.until_says(&part(".live .output"), "mine: 42");
    reader.reload();
    reader.until_seen(&part(".share"));
    assert_eq!(text(&reader), MINE, "it is kept");
    reader.click(&part(".close"));
    assert_eq!(reader.count(&part(".cm-content, .share")), 0);
    reader.click(&part(".edit"));
    reader.until_seen(&part(".share"));
    assert!(reader.has_focus(&part(".cm-content")));
    assert_eq!(reader.count(&part(".share")), 1);
    reader.click(&part(".reset"));
    assert_eq!(text(&reader), EMPTY);
    reader.leaves_without_a_complaint();
}

#[test]
#[ignore = "needs Chromium: apt-get install chromium chromium-driver, then cargo test --features browser --test browser -- --ignored"]
fn a_link_brings_a_program_that_does_not_run_by_itself() {
    let book = book();
    let (server, sender) = served(&book);
    let link = link_to(&sender, OTHERS);
    assert!(
        link.starts_with(&format!("http://{}/scratch.html#program=", server.host())),
        "{link}"
    );
    sender.leaves_without_a_complaint();

    let reader = Reader::new();
    reader.open(&server.address_of("scratch.html"));
    reader.until_seen(&part(".share"));
    reader.requests();
    reader.open("about:blank");
    reader.open(&link);
    reader.until_says(
        &part(".came"),
        "This program came with a link. Read it before you run it",
    );
    assert_eq!(text(&reader), OTHERS);
    assert!(!reader.see::<String>("return location.href").contains('#'));
    asked_for_no_run(&reader);
    assert_eq!(reader.count(&part(".live, .came button")), 0);
    reader.click(&part(".run-edit"));
    reader.until_says(&part(".live .output"), "Grüße: 21");
    reader.reload();
    reader.until_seen(&part(".came"));
    assert_eq!(text(&reader), OTHERS, "it is kept until Reset");
    reader.leaves_without_a_complaint();
}

#[test]
#[ignore = "needs Chromium: apt-get install chromium chromium-driver, then cargo test --features browser --test browser -- --ignored"]
fn a_program_that_comes_with_a_link_takes_nothing_away() {
    let book = book();
    let (_server, reader) = served(&book);
    let others = link_to(&reader, OTHERS);
    let third = link_to(&reader, "fn main() {} // a third");
    let again = others.clone();
    write(&reader, MINE);
    // On the page itself, so that it is not loaded anew; and then another, before anything was brought back.
    for (link, program) in [(others, OTHERS), (third, "fn main() {} // a third")] {
        reader.see_with::<()>("location.href = arguments[0]", json!([link]));
        reader.until("the program has come", || text(&reader) == program);
        reader.until_says(&part(".came"), "Yours is kept.");
    }
    // What came last is changed, and one more comes: now there are two to bring back.
    let edited = "fn main() {} // a third, edited";
    write(&reader, edited);
    reader.see_with::<()>("location.href = arguments[0]", json!([again]));
    reader.until("the program has come", || text(&reader) == OTHERS);
    reader.reload();
    reader.until_seen(&part(".came .mine"));
    reader.click(&part(".came .mine"));
    assert_eq!(text(&reader), edited);
    reader.tab_to(&part(".came .mine"));
    reader.press([key::ENTER]);
    assert_eq!(text(&reader), MINE);
    assert!(reader.has_focus(&part(".cm-content")));
    reader.click(&part(".came .mine"));
    assert_eq!(text(&reader), edited, "neither is lost");
    reader.click(&part(".came .mine"));
    assert_eq!(text(&reader), MINE);
    reader.reload();
    reader.until_seen(&part(".share"));
    assert_eq!(text(&reader), MINE);
    reader.leaves_without_a_complaint();
}

#[test]
#[ignore = "needs Chromium: apt-get install chromium chromium-driver, then cargo test --features browser --test browser -- --ignored"]
fn where_the_page_may_not_copy_the_link_can_be_taken_by_hand() {
    let book = book();
    let server = Server::ready(&book, &[]);
    let reader = Reader::new();
    let none =
        "Object.defineProperty(Navigator.prototype, 'clipboard', { get() { return undefined } })";
    reader.chromium(
        "Page.addScriptToEvaluateOnNewDocument",
        &json!({ "source": none }),
    );
    reader.open(&server.address_of("scratch.html"));
    reader.until_seen(&part(".share"));
    reader.tab_to(&part(".share"));
    reader.press([key::ENTER]);
    reader.until_says(&part(".sharing span"), "copy it from here");
    assert!(reader.has_focus(&part(".sharing input")));
    let whole: bool = reader.see(
        "const { value, selectionStart, selectionEnd } = document.activeElement;
         return value.includes('#program=') && selectionStart === 0 && selectionEnd === value.length",
    );
    assert!(whole, "all of it is selected");
    reader.notes_where_the_page_goes();
    reader.press([key::RIGHT, 's']);
    reader.stays_on_the_page();
    reader.leaves_without_a_complaint();
}

#[test]
#[ignore = "needs Chromium: apt-get install chromium chromium-driver, then cargo test --features browser --test browser -- --ignored"]
fn a_static_host_shows_what_came_and_a_damaged_link_says_so() {
    let site = Static::of(book());
    let reader = Reader::new();
    // `fn main() { 1; }`
    let link = format!(
        "{}#program=Zm4gbWFpbigpIHsgMTsgfQ",
        site.url("scratch.html")
    );
    reader.open(&link);
    assert_eq!(reader.text(&part("code")).trim(), "fn main() { 1; }");
    assert!(
        reader
            .text(&part(".came"))
            .starts_with("This program came with a link. To run it")
    );
    reader.open("about:blank");
    reader.open(&format!("{}#program=%%%", site.url("scratch.html")));
    assert!(
        reader
            .text(&part("code"))
            .contains("The link was cut or changed")
    );
    reader.open("about:blank");
    reader.open(&site.url("scratch.html"));
    assert!(reader.text(&part("code")).contains("Nothing yet"));
    assert_eq!(reader.count(".came, .share"), 0);
    reader.leaves_without_a_complaint();
}
