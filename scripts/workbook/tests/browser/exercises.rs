//! Exercises: the reader's file on the page, tried, compared and begun anew, beside an editor that has it open, too.

use serde_json::json;

use crate::kettle;
use crate::reader::{Reader, key};
use crate::server::Server;
use crate::workshop::{FILE, Workshop};

const EXERCISE: &str = "section.exercise[data-exercise='tea/pour']";

fn part(rest: &str) -> String {
    format!("{EXERCISE} {rest}")
}

/// In one line, so that the editor's own indentation has nothing to add.
const RIGHT: &str = "pub fn pour(cups: u32) -> Vec<u32> { (1..=cups).collect() } fn main() { println!(\"{:?}\", pour(2)); }";
const WRONG: &str = "pub fn pour(cups: u32) -> Vec<u32> { vec![7; cups as usize] } fn main() {}";
const REFUSED: &str = "// mine\n\npub fn pour(cups: u32) -> Vec<u32> { cups } fn main() {}";

/// A workshop with a page for its exercise and one for the reader's progress, and a reader at the first.
pub(crate) fn at_the_exercise() -> (Workshop, Server, Reader) {
    let workshop = Workshop::new();
    let book = &workshop.book;
    book.write("book/tea.md", "# About tea\n\nBefore.\n\n## Exercises\n\n{{#exercise tea/pour}}\n\n## After\n\nThe end.\n");
    book.write("book/progress.md", "# Progress\n\n{{#progress}}\n");
    let summary = book.read("book/SUMMARY.md");
    book.write(
        "book/SUMMARY.md",
        &format!("{}\n- [Progress](progress.md)\n", summary.trim_end()),
    );
    kettle::dress(book);
    let server = Server::start(book);
    let reader = Reader::new();
    reader.open(&server.address_of("tea.html"));
    reader.until_seen(&part(".solve"));
    (workshop, server, reader)
}

fn in_the_file(workshop: &Workshop) -> String {
    std::fs::read_to_string(workshop.book.path(FILE)).unwrap_or_default()
}

/// Opens the editor with the mouse.
#[track_caller]
fn begin(reader: &Reader) {
    reader.click(&part(".solve"));
    has_the_editor(reader);
}

#[track_caller]
fn has_the_editor(reader: &Reader) {
    reader.until_seen(&part(".cm-content"));
    let content = part(".cm-content");
    reader.until("the editor has the focus", || reader.has_focus(&content));
}

/// Replaces all that is in the editor that has the focus.
#[track_caller]
fn replace(reader: &Reader, text: &str) {
    reader.press_with(key::CONTROL, 'a');
    reader.write(text);
}

#[track_caller]
fn text(reader: &Reader) -> String {
    let script = "return [...document.querySelectorAll(arguments[0])].map((line) => line.textContent).join('\\n')";
    reader.see_with(script, json!([part(".cm-line")]))
}

/// The words of the list of tests, a line each.
#[track_caller]
fn verdicts(reader: &Reader) -> Vec<String> {
    let script = "return [...document.querySelectorAll(arguments[0])].map((item) => \
                  [...item.querySelectorAll(':scope > span, :scope > code')].map((it) => it.textContent).join(' '))";
    reader.see_with(script, json!([part(".tests > li")]))
}

#[test]
#[ignore = "needs Chromium: apt-get install chromium chromium-driver, then cargo test --features browser --test browser -- --ignored"]
fn an_exercise_is_solved_by_keyboard() {
    let (workshop, server, reader) = at_the_exercise();
    assert!(!reader.sees(&part("details.solution figure")));
    assert!(!reader.sees(&part(".cm-content")));
    assert_eq!(in_the_file(&workshop), "", "who only reads begins nothing");
    reader.tab_to(&part(".solve"));
    reader.press([key::ENTER]);
    has_the_editor(&reader);
    assert!(
        text(&reader).starts_with("//! Pours."),
        "it begins with the starter"
    );
    assert!(
        !reader.sees(&part("> figure.starter")),
        "the editor stands in its place"
    );
    replace(&reader, RIGHT);
    reader.press_with(key::CONTROL, key::ENTER);
    reader.until_says(&part("> .status"), "passed: all 2 tests");
    assert_eq!(
        verdicts(&reader),
        [
            "\u{2713} passes two_are_poured",
            "\u{2713} passes none_is_none"
        ]
    );
    assert!(
        in_the_file(&workshop).starts_with("pub fn pour"),
        "{}",
        in_the_file(&workshop)
    );
    reader.until_says(&part(".standing"), "passed");
    reader.until_says(&part(".results .picture .output"), "[1, 2]");
    reader.press([key::ESCAPE]);
    reader.until("Escape leaves the editor", || {
        reader.has_focus(&part(".check"))
    });
    reader.tab_to(&part(".compare"));
    reader.press([key::ENTER]);
    reader.until_seen(&part("details.solution figure"));
    reader.until_says(".sidebar a[href$='tea.html'] .done", "\u{2713}");

    reader.open(&server.address_of("progress.html"));
    reader.until_says(".progress [data-exercise='tea/pour']", "passed");
    reader.tab_to(".forget");
    reader.press([key::ENTER]);
    reader.until("it is asked first", || reader.has_focus(".forget-it"));
    reader.press([key::ENTER]);
    reader.until_says(".progress + .controls + .status", "Forgotten.");
    assert_eq!(
        reader.text(".progress [data-exercise='tea/pour'] .standing"),
        ""
    );
    assert!(
        !workshop
            .book
            .read("practice/progress.txt")
            .contains("passed 0")
    );
    assert!(
        in_the_file(&workshop).starts_with("pub fn pour"),
        "the file stays"
    );
    assert_eq!(reader.complaints(), [""; 0]);
}

#[test]
#[ignore = "needs Chromium: apt-get install chromium chromium-driver, then cargo test --features browser --test browser -- --ignored"]
fn a_try_that_fails_says_why_and_is_begun_anew_without_loss() {
    let (workshop, _server, reader) = at_the_exercise();
    begin(&reader);
    replace(&reader, WRONG);
    reader.click(&part(".check"));
    reader.until_says(&part("> .status"), "1 of 2 tests pass");
    assert_eq!(
        verdicts(&reader),
        [
            "\u{2717} fails two_are_poured",
            "\u{2713} passes none_is_none"
        ]
    );
    let why = reader.text(&part(".tests .fails .output"));
    assert!(
        why.contains("tests.rs:8")
            && why.contains("seen: [7, 7]")
            && why.contains("expected: [1, 2]"),
        "{why}"
    );

    replace_by_mouse(&reader, REFUSED);
    reader.click(&part(".check"));
    reader.until_says(&part("> .status"), "does not compile: error E0308");
    assert!(
        reader
            .text(&part(".compiler"))
            .contains("practice/src/bin/pour.rs:3")
    );
    reader.until_seen(&part(".cm-lintRange-error"));
    assert_eq!(verdicts(&reader), [""; 0], "no verdicts of an earlier try");

    reader.click(&part(".reset"));
    reader.until_seen(&part(".begin-anew"));
    reader.click(&part(".leave-it"));
    assert!(
        in_the_file(&workshop).contains("{ cups }"),
        "nothing was changed"
    );
    reader.click(&part(".reset"));
    reader.click(&part(".begin-anew"));
    reader.until_says(&part("> .status"), "the starter again");
    assert!(text(&reader).starts_with("//! Pours."));
    assert!(in_the_file(&workshop).starts_with("//! Pours."));
    let kept = workshop.book.read("practice/set-aside/pour.rs");
    assert!(kept.contains("{ cups }"), "{kept}");

    reader.click(&part("details.solution summary"));
    assert!(
        !reader.sees(&part("details.solution figure")),
        "who has not passed asks twice"
    );
    reader.until_says(&part("details.solution summary"), "once more");
    reader.click(&part("details.solution summary"));
    reader.until_seen(&part("details.solution figure"));
    reader.click(&part(".close"));
    reader.until_seen(&part("> figure.starter"));
    assert_eq!(reader.complaints(), [""; 0]);
}

#[track_caller]
fn replace_by_mouse(reader: &Reader, text: &str) {
    reader.click(&part(".cm-content"));
    replace(reader, text);
}

#[test]
#[ignore = "needs Chromium: apt-get install chromium chromium-driver, then cargo test --features browser --test browser -- --ignored"]
fn the_page_and_an_editor_lose_nothing_of_each_other() {
    let (workshop, _server, reader) = at_the_exercise();
    begin(&reader);
    replace(&reader, WRONG);
    reader.until("the page writes the file", || {
        in_the_file(&workshop) == WRONG
    });

    // An editor saves, and the page has nothing of its own.
    workshop.book.write(FILE, RIGHT);
    reader.until("the page takes it over", || text(&reader) == RIGHT);
    reader.until_says(&part("> .status"), "Taken over");

    // Both have something: the reader says which one stays.
    let theirs = "// from an editor\n";
    let both = |mine: &str| {
        reader.see::<()>("window.fetchAgain = window.fetch; window.fetch = () => Promise.reject(new Error('away'))");
        replace_by_mouse(&reader, mine);
        workshop.book.write(FILE, theirs);
        reader.see::<()>("window.fetch = window.fetchAgain");
        replace_by_mouse(&reader, mine);
        reader.until_says(&part("> .status"), "Nothing is lost");
        assert_eq!(in_the_file(&workshop), theirs, "not overwritten in silence");
        assert_eq!(text(&reader), mine, "nor is what was typed");
    };
    both("// mine");
    reader.click(&part(".mine"));
    reader.until("it is written", || in_the_file(&workshop) == "// mine");
    both("// mine again");
    reader.click(&part(".theirs"));
    reader.until("it is taken", || text(&reader) == theirs);
    assert_eq!(in_the_file(&workshop), theirs);
}

#[test]
#[ignore = "needs Chromium: apt-get install chromium chromium-driver, then cargo test --features browser --test browser -- --ignored"]
fn without_the_key_the_file_is_nobodys() {
    let (workshop, server, _) = at_the_exercise();
    workshop.book.write(FILE, "// a secret");
    let reader = Reader::new();
    reader.open(&format!("http://{}/tea.html", server.host()));
    reader.until_seen(&part(".solve"));
    reader.click(&part(".solve"));
    reader.until_says(&part("> .status"), "Programs run for who has the key");
    assert_eq!(text(&reader), "");
    reader.click(&part("form.key input"));
    reader.write(&server.address_of("tea.html"));
    reader.press([key::ENTER]);
    has_the_editor(&reader);
    assert_eq!(text(&reader), "// a secret");
}
