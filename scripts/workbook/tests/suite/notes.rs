//! Notes for who teaches: they are on no page, in no search and in no other file that readers get.

use std::path::Path;

use crate::book::Book;
use crate::pages::{preprocess, sent};

const WORD: &str = "samovarish";

/// The files below a folder in which this word stands.
fn files_with(word: &str, folder: &Path, found: &mut Vec<String>) -> usize {
    let mut read = 0;
    for entry in std::fs::read_dir(folder).expect("a folder that was built") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            read += files_with(word, &path, found);
            continue;
        }
        read += 1;
        let text = std::fs::read(&path).expect("a file that was built");
        if String::from_utf8_lossy(&text).contains(word) {
            found.push(path.display().to_string());
        }
    }
    read
}

/// A page with notes in its first section, its last, and in a section with a run.
fn book() -> Book {
    let book = Book::sound();
    let notes = format!("```notes\nSay {WORD}, in {{{{#value tea/main wall}}}}.\n```\n");
    book.write(
        "book/tea.md",
        &format!(
            "# About tea\n\nBefore it.\n{notes}\nAfter it.\n\n## Run\n\n{notes}\n{{{{#snippet tea/main}}}}\n\n\
             {{{{#snippet tea/pour}}}}\n\n## Last\n\n{notes}"
        ),
    );
    book
}

#[test]
fn no_reader_gets_to_see_notes() {
    let book = book();
    book.run(["build"]).succeeded();
    let page = book.read("target/book/tea.html");
    assert!(page.contains("<p>Before it.</p>"), "{page}");
    assert!(page.contains("<p>After it.</p>"), "{page}");
    let mut found = Vec::new();
    let read = files_with(WORD, &book.path("target/book"), &mut found);
    assert!(read > 20, "{read} files");
    assert_eq!(found, [""; 0]);
    // And this would have found it.
    let mut found = Vec::new();
    files_with("After it.", &book.path("target/book"), &mut found);
    assert!(found.len() >= 3, "page, print and search: {found:?}");
}

#[test]
fn a_stock_mdbook_is_given_no_notes() {
    let book = book();
    let (input, _) = sent(&book, &book.read("book/tea.md"));
    assert!(input.contains(WORD));
    preprocess(&book, &[], &input)
        .succeeded()
        .says("After it.")
        .never_says(WORD);
}

#[test]
fn notes_that_are_wrong_are_told_and_hidden_all_the_same() {
    for (text, told) in [
        (
            format!("```notes\n{WORD}\n```\n\n# About tea\n"),
            "book/tea.md:1: these notes stand above every heading\n  help: put them below the heading",
        ),
        (
            "# About tea\n\n```notes\n\n```\n".to_owned(),
            "book/tea.md:3: these notes are empty\n  help: write what to say at this moment",
        ),
        (
            format!("# About tea\n\n```notes\n{WORD}\n\n## More\n"),
            "book/tea.md:3: the fence of these notes is not closed\n  help: put ``` on a line of its own",
        ),
        (
            format!(
                "# About tea\n\n```notes\n{WORD} {{{{#value tea/main says /milk (.)/}}}}\n```\n"
            ),
            "book/tea.md:3: no line of `tea/main` matches /milk (.)/",
        ),
    ] {
        let book = Book::sound();
        let runs = "\n{{#snippet tea/main}}\n\n{{#snippet tea/pour}}\n";
        book.write("book/tea.md", &format!("{text}{runs}"));
        book.run(["build"]).failed().says(told);
        let mut found = Vec::new();
        files_with(WORD, &book.path("target/book"), &mut found);
        assert_eq!(found, [""; 0]);
    }
}

#[test]
fn dead_links_in_notes_are_found() {
    let book = Book::still();
    book.append("book/tea.md", "\n```notes\nSee [milk](milk.md).\n```\n");
    let ran = book.run(["check"]).failed();
    ran.says("dead link `milk.md`: there is no `book/milk.md`");
}
