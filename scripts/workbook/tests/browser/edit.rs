//! Edit: the reader changes a program on the page, runs it, and has it back as it was.

use serde_json::json;

use crate::book::Book;
use crate::kettle;
use crate::live::{SLOW, at_the_page, book};
use crate::reader::{Reader, key};

const MAIN: &str = "figure.listing[data-snippet='tea/main']";
const SECOND: &str = "figure.listing[data-snippet='tea/second']";

/// One line, so that the editor's own indentation has nothing to add.
const MINE: &str = "fn main() { println!(\"mine: {}\", 84 / 2); } // s?";

/// It goes on until somebody stops it.
const FOREVER: &str = "fn main() { loop { println!(\"drop\"); std::thread::sleep(std::time::Duration::from_millis(20)); } }";

fn part(rest: &str) -> String {
    format!("{MAIN} {rest}")
}

/// A book of two programs.
fn two() -> Book {
    let book = Book::new().with("tea/main", "", SLOW).with(
        "tea/second",
        "",
        "//! Watch.\n\nfn main() {\n    println!(\"second\");\n}\n",
    );
    kettle::dress(&book);
    book.run(["record"]).succeeded();
    book
}

/// Opens the editor with the mouse.
#[track_caller]
fn edit(reader: &Reader, figure: &str) {
    reader.until_seen(&format!("{figure} .edit"));
    reader.click(&format!("{figure} .edit"));
    reader.until_seen(&format!("{figure} .cm-content"));
    let focus = format!("{figure} .cm-content");
    reader.until("the editor has the focus", || reader.has_focus(&focus));
}

/// Replaces all of the program in the editor that has the focus.
#[track_caller]
fn replace(reader: &Reader, text: &str) {
    reader.press_with(key::CONTROL, 'a');
    reader.write(text);
}

/// The text of the editor, line by line.
#[track_caller]
fn text(reader: &Reader, figure: &str) -> String {
    let script = "return [...document.querySelectorAll(arguments[0])].map((line) => line.textContent).join('\\n')";
    reader.see_with(script, json!([format!("{figure} .cm-line")]))
}

#[test]
#[ignore = "needs Chromium: apt-get install chromium chromium-driver, then cargo test --features browser --test browser -- --ignored"]
fn a_changed_program_is_compiled_and_run_and_the_books_is_as_it_was() {
    let book = book("", SLOW);
    let before = book.files();
    let (_server, reader) = at_the_page(&book, &[]);
    reader.until_seen(&part(".edit"));
    let asks_for = |script: &str| reader.requests().iter().any(|url| url.contains(script));
    assert!(!asks_for("editor.js"), "who only reads does not load it");
    edit(&reader, MAIN);
    assert!(asks_for("editor.js"));
    assert_eq!(
        text(&reader, MAIN),
        SLOW,
        "it begins with the book's program"
    );
    assert!(
        !reader.sees(&part("> pre")),
        "the editor stands in its place"
    );
    replace(&reader, MINE);
    assert_eq!(
        text(&reader, MAIN),
        MINE,
        "what is typed is text, whatever else the page does with its keys"
    );
    reader.click(&part(".run-edit"));
    reader.until_says(&part(".live .output"), "mine: 42");
    reader.until_says(&part(".live .status"), "done");
    assert_eq!(
        reader.count(&part(".live .claims")),
        0,
        "they are about the book's program"
    );
    assert_eq!(
        reader.see::<String>("return location.pathname"),
        "/tea.html"
    );
    assert!(
        !reader.sees("#mdbook-search-wrapper"),
        "the page's search is not asked for"
    );
    assert_eq!(book.files(), before);
    reader.leaves_without_a_complaint();
}

#[test]
#[ignore = "needs Chromium: apt-get install chromium chromium-driver, then cargo test --features browser --test browser -- --ignored"]
fn the_arrows_move_in_the_editor_and_turn_no_page() {
    let book = Book::new().with("tea/main", "", SLOW).with(
        "cups/main",
        "",
        "//! Watch.\n\nfn main() {}\n",
    );
    kettle::dress(&book);
    book.run(["record"]).succeeded();
    let (_server, reader) = at_the_page(&book, &[]);
    edit(&reader, MAIN);
    replace(&reader, "ab");
    reader.notes_where_the_page_goes();
    reader.press([
        key::LEFT,
        'X',
        key::RIGHT,
        key::RIGHT,
        'Y',
        '?',
        key::LEFT,
        '/',
    ]);
    reader.until("all is written", || text(&reader, MAIN) == "aXbY/?");
    reader.stays_on_the_page();
    assert!(!reader.sees("#mdbook-help-container"));
    reader.leaves_without_a_complaint();
}

#[test]
#[ignore = "needs Chromium: apt-get install chromium chromium-driver, then cargo test --features browser --test browser -- --ignored"]
fn what_the_compiler_says_is_shown_at_its_line() {
    let book = book("", SLOW);
    let (_server, reader) = at_the_page(&book, &[]);
    edit(&reader, MAIN);
    replace(
        &reader,
        "fn main() {\nlet cup = 7;\nprintln!(\"{}\", kup);\n}",
    );
    reader.press_with(key::CONTROL, key::ENTER);
    reader.until_says(&part(".live .status"), "does not compile: error E0425");
    reader.until_says(&part(".live .compiler"), "cannot find value `kup`");
    // In the text, in the margin, and the cursor is there.
    reader.until_seen(&part(".cm-lintRange-error"));
    assert_eq!(reader.text(&part(".cm-lintRange-error")), "kup");
    assert!(reader.sees(&part(".cm-lint-marker-error")));
    assert!(reader.text(&part(".cm-activeLine")).contains("kup"));
    assert!(reader.has_focus(&part(".cm-content")));
    let at = |selector: &str| -> f64 {
        reader.see_with(
            "return document.querySelector(arguments[0]).getBoundingClientRect().top",
            json!([part(selector)]),
        )
    };
    assert!(
        (at(".cm-lint-marker-error") - at(".cm-activeLine")).abs() < 12.0,
        "beside its line"
    );
    // Mended where the cursor is: no mark is left.
    reader.press(["c", "u", "p", " ", "+", " "].map(|c| c.chars().next().unwrap()));
    replace(
        &reader,
        "fn main() {\nlet cup = 7;\nprintln!(\"{}\", cup);\n}",
    );
    reader.press_with(key::CONTROL, key::ENTER);
    reader.until_says(&part(".live .output"), "7");
    assert_eq!(
        reader.count(&part(
            ".cm-lintRange-error, .cm-lint-marker-error, .live .compiler"
        )),
        0
    );
    // And by mouse, which is shown the words where it points.
    replace(&reader, "fn main() { let cup = kup; }");
    reader.click(&part(".run-edit"));
    reader.until_says(&part(".live .status"), "does not compile: error E0425");
    reader.point_at(&part(".cm-lintRange-error"));
    reader.until_says(".cm-tooltip", "cannot find value `kup`");
    reader.leaves_without_a_complaint();
}

#[test]
#[ignore = "needs Chromium: apt-get install chromium chromium-driver, then cargo test --features browser --test browser -- --ignored"]
fn reset_brings_the_books_program_back() {
    let book = book("", SLOW);
    let (_server, reader) = at_the_page(&book, &[]);
    edit(&reader, MAIN);
    assert_eq!(
        reader.count(&part(".reset:disabled")),
        1,
        "nothing to bring back yet"
    );
    replace(&reader, MINE);
    reader.click(&part(".run-edit"));
    reader.until_says(&part(".live .status"), "done");
    reader.click(&part(".reset"));
    assert_eq!(text(&reader, MAIN), SLOW);
    assert_eq!(
        reader.count(&part(".live")),
        0,
        "it was a run of the other program"
    );
    assert!(reader.has_focus(&part(".cm-content")));
    reader.reload();
    reader.until_seen(&part(".edit"));
    assert_eq!(reader.text(&part(".edit")), "Edit", "nothing is kept");
    edit(&reader, MAIN);
    assert_eq!(text(&reader, MAIN), SLOW);
    reader.leaves_without_a_complaint();
}

#[test]
#[ignore = "needs Chromium: apt-get install chromium chromium-driver, then cargo test --features browser --test browser -- --ignored"]
fn an_edit_outlives_a_reload_and_is_kept_for_its_own_program() {
    let book = two();
    let (_server, reader) = at_the_page(&book, &[]);
    edit(&reader, MAIN);
    replace(&reader, MINE);
    reader.reload();
    reader.until_says(&part(".edit"), "Edit (yours is kept)");
    assert_eq!(reader.text(&format!("{SECOND} .edit")), "Edit");
    edit(&reader, SECOND);
    assert!(text(&reader, SECOND).contains("second"));
    edit(&reader, MAIN);
    assert_eq!(text(&reader, MAIN), MINE);
    // Both are open, and each runs what is in it.
    reader.click(&format!("{SECOND} .run-edit"));
    reader.until_says(&format!("{SECOND} .live .output"), "second");
    reader.click(&part(".run-edit"));
    reader.until_says(&part(".live .output"), "mine: 42");
    reader.leaves_without_a_complaint();
}

#[test]
#[ignore = "needs Chromium: apt-get install chromium chromium-driver, then cargo test --features browser --test browser -- --ignored"]
fn an_edit_of_a_program_that_changed_in_the_book_says_so() {
    let book = book("", SLOW);
    let (server, reader) = at_the_page(&book, &[]);
    edit(&reader, MAIN);
    replace(&reader, MINE);
    book.replace(
        "chapters/tea/src/main.rs",
        "\"poured\"",
        "\"poured at last\"",
    );
    reader.until("the new program is on the page", || {
        reader.see("return document.querySelector('main').textContent.includes('poured at last')")
    });
    edit(&reader, MAIN);
    reader.until_says(
        &part(".status"),
        "The book’s program has changed since you edited yours",
    );
    assert_eq!(text(&reader, MAIN), MINE, "it is the reader's");
    reader.click(&part(".reset"));
    assert!(text(&reader, MAIN).contains("poured at last"));
    assert!(!reader.sees(&part("> .status")));
    drop(server);
}

#[test]
#[ignore = "needs Chromium: apt-get install chromium chromium-driver, then cargo test --features browser --test browser -- --ignored"]
fn the_editor_is_used_and_left_by_keyboard() {
    let book = two();
    let (_server, reader) = at_the_page(&book, &[]);
    reader.until_seen(&part(".edit"));
    reader.tab_to(&part(".edit"));
    reader.press([key::ENTER]);
    reader.until("the editor has the focus", || {
        reader.count(&part(".cm-content")) == 1 && reader.has_focus(&part(".cm-content"))
    });
    replace(&reader, MINE);
    reader.press_with(key::CONTROL, key::ENTER);
    reader.until_says(&part(".live .output"), "mine: 42");
    reader.until_says(&part(".live .status"), "done");
    assert!(
        reader.has_focus(&part(".cm-content")),
        "the reader goes on typing"
    );
    reader.press([key::TAB]);
    assert!(reader.has_focus(&part(".run-edit")), "Tab leaves it");
    assert_eq!(text(&reader, MAIN), MINE, "and is no text");
    reader.tab_back_to(&part(".cm-content"));
    reader.press([key::ESCAPE]);
    assert!(reader.has_focus(&part(".run-edit")), "and so does Escape");
    reader.press([key::SPACE]);
    reader.until_says(&part(".live .status"), "done");
    reader.tab_back_to(&part(".cm-content"));
    replace(&reader, FOREVER);
    reader.press([key::ESCAPE, key::ENTER]);
    reader.until_says(&part(".live .output"), "drop");
    reader.press([key::SPACE]);
    reader.tab_to(&part(".live .stop"));
    reader.press([key::SPACE]);
    reader.until_says(&part(".live .status"), "stopped by you");
    assert!(reader.has_focus(&part(".run-edit")));
    reader.tab_to(&part(".live .clear"));
    reader.press([key::ENTER]);
    assert_eq!(reader.count(&part(".live")), 0);
    assert!(reader.has_focus(&part(".run-edit")));
    reader.tab_to(&part(".reset"));
    reader.press([key::ENTER]);
    assert_eq!(text(&reader, MAIN), SLOW);
    reader.tab_to(&part(".close"));
    reader.press([key::ENTER]);
    assert_eq!(reader.count(&part(".cm-content, .run-edit, .live")), 0);
    assert!(reader.sees(&part("> pre")), "the program is read again");
    assert!(
        reader.has_focus(&part(".edit")),
        "the reader is where it began"
    );
    reader.leaves_without_a_complaint();
}

#[test]
#[ignore = "needs Chromium: apt-get install chromium chromium-driver, then cargo test --features browser --test browser -- --ignored"]
fn an_edited_run_is_stopped_and_closing_the_editor_ends_it() {
    let book = book("deadline = 60", SLOW);
    let (_server, reader) = at_the_page(&book, &[]);
    edit(&reader, MAIN);
    replace(&reader, FOREVER);
    let nothing_runs = || {
        book.processes()
            .iter()
            .all(|(_, line)| line.contains("rustc"))
    };
    reader.click(&part(".run-edit"));
    reader.until_says(&part(".live .output"), "drop");
    assert!(!nothing_runs());
    reader.click(&part(".run-edit"));
    assert!(!nothing_runs(), "it goes on");
    reader.click(&part(".live .stop"));
    reader.until_says(&part(".live .status"), "stopped by you");
    reader.until("nothing runs", nothing_runs);
    reader.click(&part(".live .clear"));
    assert_eq!(reader.count(&part(".live")), 0);
    reader.click(&part(".run-edit"));
    reader.until_says(&part(".live .output"), "drop");
    reader.click(&part(".close"));
    reader.until("nothing runs", nothing_runs);
    reader.leaves_without_a_complaint();
}

#[test]
#[ignore = "needs Chromium: apt-get install chromium chromium-driver, then cargo test --features browser --test browser -- --ignored"]
fn closing_the_editor_before_the_server_has_answered_stops_the_run() {
    let book = book("deadline = 60", SLOW);
    let (server, reader) = at_the_page(&book, &[]);
    edit(&reader, MAIN);
    replace(&reader, FOREVER);
    reader.requests();
    reader.see_with::<()>(
        "for (const button of arguments) document.querySelector(button).click()",
        json!([part(".run-edit"), part(".close")]),
    );
    assert_eq!(reader.count(&part(".live")), 0);
    let mut asked = Vec::new();
    reader.until("the server is asked to stop it", || {
        asked.extend(reader.requests());
        asked.iter().any(|url| url.contains("/api/runs/"))
    });
    assert!(
        !asked.iter().any(|url| url.contains("/events")),
        "{asked:?}"
    );
    reader.until("nothing waits or runs", || {
        let health = server.health();
        health["running"] == 0 && health["waiting"] == 0
    });
    // And the next run is one of its own.
    edit(&reader, MAIN);
    reader.click(&part(".run-edit"));
    reader.until_says(&part(".live .output"), "drop");
    reader.leaves_without_a_complaint();
}

#[test]
#[ignore = "needs Chromium: apt-get install chromium chromium-driver, then cargo test --features browser --test browser -- --ignored"]
fn where_edits_are_off_there_is_no_edit_button() {
    let book = book("", SLOW);
    // Others than this machine can reach it: they run what the book has, and nothing of their own.
    let (server, reader) = at_the_page(&book, &["--hostname", "0.0.0.0"]);
    assert_eq!(server.health()["edits"], false);
    reader.click("figure.run .run-live");
    reader.until_says("figure.run .live .status", "done");
    // Long after the page was told whether it can be edited.
    assert_eq!(reader.count(".edit"), 0);
    reader.leaves_without_a_complaint();
}

#[test]
#[ignore = "needs Chromium: apt-get install chromium chromium-driver, then cargo test --features browser --test browser -- --ignored"]
fn a_program_that_reads_its_input_is_told_that_there_is_none() {
    let book = book("", SLOW);
    let (_server, reader) = at_the_page(&book, &[]);
    edit(&reader, MAIN);
    replace(&reader, "fn main() {} // and no stdin() here");
    reader.press_with(key::CONTROL, key::ENTER);
    reader.until_says(&part(".live .status"), "done");
    assert_eq!(reader.count(&part(".live .note")), 0);
    let reads = "fn main() { let mut line = String::new(); let read = std::io::stdin().read_line(&mut line); \
                 println!(\"{read:?}\"); }";
    replace(&reader, reads);
    reader.press_with(key::CONTROL, key::ENTER);
    reader.until_says(&part(".live .output"), "Ok(0)");
    assert_eq!(
        reader.text(&part(".live .note")),
        "Programs get no input here: what reads the standard input comes to its end at once."
    );
    reader.leaves_without_a_complaint();
}

#[test]
#[ignore = "needs Chromium: apt-get install chromium chromium-driver, then cargo test --features browser --test browser -- --ignored"]
fn a_slow_edit_is_told_how_it_gets_more_time() {
    let book = book("deadline = 2", SLOW);
    let (_server, reader) = at_the_page(&book, &[]);
    edit(&reader, MAIN);
    replace(&reader, FOREVER);
    reader.click(&part(".run-edit"));
    reader.until_says(
        &part(".live .status"),
        "stopped after 2.00 s, its deadline: it was still printing",
    );
    let help = reader.text(&part(".live .note"));
    assert!(
        help.contains("`deadline = …`, in seconds, under `[package.metadata.workbook.main]`")
            && help.contains("chapters/tea/Cargo.toml"),
        "{help}"
    );
    reader.leaves_without_a_complaint();
}

#[test]
#[ignore = "needs Chromium: apt-get install chromium chromium-driver, then cargo test --features browser --test browser -- --ignored"]
fn edit_stands_on_one_line_with_the_name_of_its_file() {
    let book = book("", SLOW);
    let (_server, reader) = at_the_page(&book, &[]);
    for width in [1280, 360] {
        reader.widen(width);
        // On a phone the sidebar is closed at first.
        reader.reload();
        reader.until_seen(&part(".edit"));
        // An empty box of a line stands on the baseline of the words beside it.
        let baselines: Vec<f64> = reader.see_with(
            "return [...arguments].map((selector) => {
                 const mark = document.createElement('span');
                 mark.style.cssText = 'display: inline-block; width: 0; height: 0';
                 document.querySelector(selector).append(mark);
                 const { bottom } = mark.getBoundingClientRect();
                 mark.remove();
                 return bottom;
             })",
            json!([part(".file"), part(".edit")]),
        );
        assert!(
            (baselines[0] - baselines[1]).abs() < 1.0,
            "{width} px: {baselines:?}"
        );
    }
    reader.leaves_without_a_complaint();
}

#[test]
#[ignore = "needs Chromium: apt-get install chromium chromium-driver, then cargo test --features browser --test browser -- --ignored"]
fn two_tabs_with_one_program_follow_each_other() {
    let book = book("", SLOW);
    let (_server, reader) = at_the_page(&book, &[]);
    edit(&reader, MAIN);
    // As another tab would write it: a browser tells all tabs but the one that writes.
    let theirs = "fn main() {} // theirs";
    reader.see_with::<()>(
        "const key = 'workbook.edit.tea/main';
         const newValue = JSON.stringify({ source: arguments[0], base: '' });
         localStorage.setItem(key, newValue);
         dispatchEvent(new StorageEvent('storage', { key, newValue }))",
        json!([theirs]),
    );
    reader.until("the page takes it over", || text(&reader, MAIN) == theirs);
    reader.until_says(&part("> .status"), "Taken over from another tab");
    let kept: String =
        reader.see("return JSON.parse(localStorage.getItem('workbook.edit.tea/main')).source");
    assert_eq!(kept, theirs, "and does not write its own over it");
}
