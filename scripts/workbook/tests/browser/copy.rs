//! Copy gives a program that can be pasted into any project: without the lines that draw its timeline.

use serde::Deserialize;
use serde_json::json;

use crate::book::Book;
use crate::kettle;
use crate::reader::{Reader, key};
use crate::site::Static;

/// A program on a page, and what Copy made of it.
#[derive(Debug, Deserialize)]
struct Copied {
    snippet: String,
    shown: String,
    text: String,
}

/// Puts nothing into the system's clipboard, which other tests share, and keeps what would have come there.
const SPY: &str = "
    window.copied = [];
    navigator.clipboard.writeText = async (text) => { copied.push(text); };
    // mdBook's own way, for programs that draw nothing.
    document.addEventListener('copy', (event) => {
        copied.push(document.activeElement.value ?? getSelection().toString());
        event.preventDefault();
    });
";

/// Presses every Copy button of a page.
fn copied(site: &Static, page: &str) -> Vec<Copied> {
    let reader = Reader::new();
    reader.open(&site.url(page));
    reader.see::<()>(SPY);
    let count = reader.count("figure.listing[data-snippet] .clip-button");
    let all = (0..count).map(|n| {
        let mark = "document.querySelector('[data-next]')?.removeAttribute('data-next');
             const button = document.querySelectorAll('figure.listing[data-snippet] .clip-button')[arguments[0]];
             button.dataset.next = '';";
        reader.see_with::<()>(mark, json!([n]));
        reader.point_at("figure:has([data-next]) pre");
        reader.until_seen("[data-next]");
        reader.click("[data-next]");
        reader.until("it is copied", || reader.see::<usize>("return copied.length") == n + 1);
        reader.see(
            "const figure = document.querySelector('[data-next]').closest('figure');
             return {
                 snippet: figure.dataset.snippet,
                 shown: figure.querySelector('code').textContent,
                 text: copied.at(-1),
             };",
        )
    });
    let all = all.collect();
    reader.leaves_without_a_complaint();
    all
}

/// Whether a line is there to draw the timeline, and for nothing else.
fn draws(line: &str) -> bool {
    let line = line.trim();
    line.starts_with("#[timeline::lane(") || line == "use timeline::LaneExt;"
}

#[test]
#[ignore = "needs Chromium: apt-get install chromium chromium-driver, then cargo test --features browser --test browser -- --ignored"]
fn what_is_copied_draws_no_timeline() {
    let site = Static::of_the_clone();
    // On the second it also stands in the middle of a line.
    for (page, inline) in [("join.html", false), ("tcp-echo.html", true)] {
        let all = copied(&site, page);
        let drawn = all
            .iter()
            .filter(|copied| copied.shown.contains("timeline::"));
        assert!(
            drawn.count() > 2,
            "no timeline on {page}: another page would tell more"
        );
        let within = all.iter().any(|copied| copied.shown.contains(".lane("));
        assert_eq!(within, inline, "in the middle of a line on {page}");
        for Copied {
            snippet,
            shown,
            text,
        } in all
        {
            assert!(!text.contains("timeline"), "{snippet}: {text}");
            assert!(!text.contains(".lane("), "{snippet}: {text}");
            let shown: Vec<_> = shown.lines().filter(|line| !draws(line)).collect();
            let text: Vec<_> = text.lines().collect();
            assert_eq!(text.len(), shown.len(), "{snippet}: {text:#?}");
            for (text, shown) in text.iter().zip(&shown) {
                // All but the lane, with its parentheses and what is in them.
                let (before, after) = shown.split_once(".lane(").unwrap_or((shown, ""));
                assert!(text.starts_with(before), "{snippet}: {text} from {shown}");
                assert!(
                    after.ends_with(&text[before.len()..]),
                    "{snippet}: {text} from {shown}"
                );
                let count = |c| text.matches(c).count();
                assert_eq!(
                    count('(') == count(')'),
                    shown.matches('(').count() == shown.matches(')').count(),
                    "{snippet}: {text}"
                );
            }
        }
    }
}

const WAITS: &str = r#"//! Watch who waits.

use timeline::LaneExt;

fn main() {
    let place = async {};
    let drink = async {
        place.waits_for("a place").await;
        async {}
            .waits_for("a (small) tray")
            .await;
        let waits_for = "in a string, .waits_for it";
        println!("{waits_for}");
    };
    drop(drink.lane("tea 1").waits_for(format!("place {}", 1)));
}
"#;

const WITHOUT: &str = r#"//! Watch who waits.


fn main() {
    let place = async {};
    let drink = async {
        place.await;
        async {}
            .await;
        let waits_for = "in a string, .waits_for it";
        println!("{waits_for}");
    };
    drop(drink);
}
"#;

#[test]
#[ignore = "needs Chromium: apt-get install chromium chromium-driver, then cargo test --features browser --test browser -- --ignored"]
fn what_is_copied_names_no_wait() {
    let book = Book::new().with("tea/main", "claims = [\"lines = 1\"]", WAITS);
    kettle::dress(&book);
    // It cannot be compiled here, and need not be: there is no such library in this book.
    book.write(
        "book/tea.md",
        "# About tea\n\n{{#snippet tea/main run=no}}\n",
    );
    let all = copied(&Static::of(book), "tea.html");
    assert_eq!(all.len(), 1);
    assert_eq!(all[0].text, WITHOUT.trim_end());
}

#[test]
#[ignore = "needs Chromium: apt-get install chromium chromium-driver, then cargo test --features browser --test browser -- --ignored"]
fn a_program_is_copied_by_keyboard_and_the_page_says_so() {
    let site = Static::of_the_clone();
    let reader = Reader::new();
    reader.open(&site.url("join.html"));
    reader.see::<()>(SPY);
    let copy = "figure.listing[data-snippet='join/main'] .clip-button";
    reader.tab_to(copy);
    reader.press([key::ENTER]);
    reader.until("it is copied", || {
        reader.see::<usize>("return copied.length") == 1
    });
    reader.until_seen(&format!("{copy}.tooltipped[tooltiptext='Copied!']"));
    let text: String = reader.see("return copied[0]");
    assert!(
        text.starts_with("//! ") && text.contains("fn main() {"),
        "{text}"
    );
    reader.leaves_without_a_complaint();
}
