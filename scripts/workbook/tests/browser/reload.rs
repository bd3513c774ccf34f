//! A served page follows its sources, and the reader keeps the place.

use crate::book::Book;
use crate::kettle;
use crate::live::{SLOW, at_the_page};
use crate::reader::Reader;

/// Enough to scroll in.
fn filler() -> String {
    (0..80)
        .map(|n| format!("\nParagraph {n}, which is there to be read.\n"))
        .collect()
}

/// Goes to the middle of it, and marks the page, so that one loaded anew is told from it.
#[track_caller]
fn read_on(reader: &Reader) {
    reader.see::<()>(
        "const paragraph = [...document.querySelectorAll('p')].find((p) => p.textContent.startsWith('Paragraph 40'));
         paragraph.scrollIntoView({ block: 'center', behavior: 'instant' });
         window.old = true",
    );
}

/// Where the middle of it is seen.
#[track_caller]
fn place(reader: &Reader) -> f64 {
    reader.see(
        "return [...document.querySelectorAll('p')].find((p) =>
             p.textContent.startsWith('Paragraph 40')).getBoundingClientRect().top",
    )
}

#[track_caller]
fn is_back_at(reader: &Reader, before: f64) {
    assert!(
        reader.see::<bool>("return window.old === undefined"),
        "it was loaded anew"
    );
    reader.until(
        format_args!("the place is {before}, and not {}", place(reader)),
        || (place(reader) - before).abs() < 5.0,
    );
}

#[test]
#[ignore = "needs Chromium: apt-get install chromium chromium-driver, then cargo test --features browser --test browser -- --ignored"]
fn a_page_that_was_edited_on_disk_reloads_and_keeps_its_place() {
    let book = kettle::book();
    book.append("book/tea.md", &filler());
    let (_server, reader) = at_the_page(&book, &[]);
    // What was answered is shown again after a reload, or the place would be another.
    reader.click("fieldset[data-run='tea/main'] input[value='1']");
    reader.click("fieldset[data-run='tea/main'] .check");
    read_on(&reader);
    let before = place(&reader);
    for n in 1..=3 {
        book.append("book/tea.md", &format!("\nEdited {n} times.\n"));
        reader.until("the new page is there", || {
            reader.see(&format!(
                "return document.querySelector('main').textContent.includes('Edited {n} times.')"
            ))
        });
        is_back_at(&reader, before);
    }
    reader.leaves_without_a_complaint();
}

#[test]
#[ignore = "needs Chromium: apt-get install chromium chromium-driver, then cargo test --features browser --test browser -- --ignored"]
fn a_program_that_its_author_saves_is_recorded_and_shown_in_its_place() {
    let book = Book::new().with("tea/main", "claims = [\"lines = 2\"]", SLOW);
    kettle::dress(&book);
    book.append("book/tea.md", &filler());
    book.run(["record"]).succeeded();
    let (_server, reader) = at_the_page(&book, &["--record"]);
    read_on(&reader);
    let before = place(&reader);
    for (old, new) in [("poured", "stirred"), ("stirred", "drunk")] {
        book.replace("chapters/tea/src/main.rs", old, new);
        reader.until(format_args!("the run shows `{new}`"), || {
            reader.see(&format!(
                "return document.querySelector('figure.run .output')?.textContent.includes('{new}') ?? false"
            ))
        });
        is_back_at(&reader, before);
        assert_eq!(reader.count(".stale"), 0);
        read_on(&reader);
    }
    reader.leaves_without_a_complaint();
}
