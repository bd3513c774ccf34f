//! Every page of the book, in both themes and two widths: nothing is complained about, nothing comes from elsewhere,
//! nobody is shut out, nothing sticks out.

use std::path::PathBuf;
use std::sync::OnceLock;

use serde::Deserialize;
use serde_json::json;

use crate::exercises;
use crate::kettle;
use crate::reader::{Reader, key};
use crate::server::Server;
use crate::site::{Static, clone, served_clone};

const THEMES: [&str; 2] = ["light", "navy"];
const WIDTHS: [u32; 2] = [1280, 360];

/// The pages of the summary, in its order, and the one for an address where there is none.
pub(crate) fn pages() -> Vec<String> {
    let summary = std::fs::read_to_string(clone().join("book/SUMMARY.md")).expect("a summary");
    let links = summary.split("](").skip(1);
    let links = links.filter_map(|rest| rest.split_once(".md)").map(|(page, _)| page));
    let pages = links.map(|page| match page.strip_suffix("README") {
        Some(folder) => format!("{folder}index.html"),
        None => format!("{page}.html"),
    });
    pages.chain(["404.html".to_owned()]).collect()
}

/// The script of axe-core, which finds what shuts readers out.
fn axe() -> &'static str {
    static AXE: OnceLock<String> = OnceLock::new();
    AXE.get_or_init(|| {
        let path = std::env::var_os("WORKBOOK_AXE")
            .map(PathBuf::from)
            .unwrap_or_else(|| {
                panic!(
                    "WORKBOOK_AXE does not say where axe-core is: \
                 npm install --prefix target/axe --no-save axe-core, \
                 then WORKBOOK_AXE=$PWD/target/axe/node_modules/axe-core/axe.min.js"
                )
            });
        std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    })
}

#[derive(Debug, Deserialize)]
struct Violation {
    id: String,
    help: String,
    nodes: Vec<Node>,
}

#[derive(Debug, Deserialize)]
struct Node {
    html: String,
    #[serde(rename = "failureSummary")]
    summary: String,
}

/// What axe finds on the page that is open, in the parts that a CSS selector finds.
pub(crate) fn violations(reader: &Reader, parts: &str) -> Vec<String> {
    reader.see::<()>(axe());
    let found: Vec<Violation> = reader.see_with(
        "const parts = arguments[0];
         if (document.querySelector(parts) === null) return [];
         return axe.run(parts, { resultTypes: ['violations'], preload: false }).then(({ violations }) => violations)",
        json!([parts]),
    );
    let words = |violation: Violation| {
        let nodes = violation.nodes.iter().take(3);
        let nodes = nodes.map(|node| format!("\n    {}\n      {}", node.html, node.summary));
        let (id, help, count) = (&violation.id, &violation.help, violation.nodes.len());
        format!("{id}: {help} ({count}){}", nodes.collect::<String>())
    };
    found.into_iter().map(words).collect()
}

/// What stands wider than the window, where the page itself can be scrolled sideways.
fn sticking_out(reader: &Reader) -> Vec<String> {
    reader.see(
        "const page = document.scrollingElement;
         if (page.scrollWidth <= page.clientWidth) return [];
         const wide = [...document.querySelectorAll('main *')].filter((part) =>
             part.getBoundingClientRect().right > page.clientWidth + 1);
         return [`${page.scrollWidth} px wide`, ...wide.slice(0, 5).map((part) => part.outerHTML.slice(0, 200))]",
    )
}

/// Opens every page in every way, and gathers all that is wrong; axe looks at these parts.
fn read_all(url: impl Fn(&str) -> String, parts: &str) -> Vec<String> {
    let reader = Reader::new();
    let home = url("");
    let mut wrong = Vec::new();
    reader.open(&home);
    // What Chromium's own first page asked for.
    reader.requests();
    for theme in THEMES {
        reader.see::<()>(&format!("localStorage.setItem('mdbook-theme', '{theme}')"));
        for width in WIDTHS {
            reader.widen(width);
            for page in pages() {
                let mut tell =
                    |what: String| wrong.push(format!("{page}, {theme}, {width} px: {what}"));
                reader.open(&url(&page));
                let themed: bool = reader.see(&format!(
                    "return document.documentElement.classList.contains('{theme}')"
                ));
                assert!(themed, "{page} is not shown in {theme}");
                sticking_out(&reader).into_iter().for_each(&mut tell);
                violations(&reader, parts).into_iter().for_each(&mut tell);
                reader.complaints().into_iter().for_each(&mut tell);
                let foreign = reader
                    .requests()
                    .into_iter()
                    .filter(|asked| !asked.starts_with(&home) && !asked.starts_with("data:"));
                foreign
                    .map(|asked| format!("asks for {asked}"))
                    .for_each(&mut tell);
            }
        }
    }
    wrong
}

pub(crate) fn nothing_is_wrong(wrong: &[String]) {
    assert!(
        wrong.is_empty(),
        "{} things are wrong:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

#[test]
#[ignore = "needs Chromium: apt-get install chromium chromium-driver, then cargo test --features browser --test browser -- --ignored"]
fn every_page_of_a_static_host_is_whole_quiet_and_open_to_all() {
    let site = Static::of_the_clone();
    nothing_is_wrong(&read_all(|page| site.url(page), "html"));
}

#[test]
#[ignore = "needs Chromium: apt-get install chromium chromium-driver, then cargo test --features browser --test browser -- --ignored"]
fn every_served_page_is_whole_quiet_and_open_to_all() {
    let site = served_clone();
    let url = |page: &str| format!("http://{}/{page}", site.host());
    // The rest is what a static host has.
    nothing_is_wrong(&read_all(url, ".controls, figure.listing figcaption"));
}

#[test]
#[ignore = "needs Chromium: apt-get install chromium chromium-driver, then cargo test --features browser --test browser -- --ignored"]
fn what_opens_on_a_page_is_open_to_all_too() {
    let book = kettle::book();
    let server = Server::ready(&book, &[]);
    let reader = Reader::new();
    let mut wrong = Vec::new();
    reader.open(&server.address_of("tea.html"));
    // It is kept.
    reader.click("fieldset[data-run='tea/main'] input[value='2']");
    reader.click("fieldset[data-run='tea/main'] .check");
    for (theme, width) in [("light", 1280), ("navy", 360)] {
        reader.widen(width);
        reader.see::<()>(&format!("localStorage.setItem('mdbook-theme', '{theme}')"));
        reader.reload();
        let mut tell = |when: &str| {
            let found = sticking_out(&reader)
                .into_iter()
                .chain(violations(&reader, "html"));
            wrong.extend(found.map(|what| format!("{when}, {theme}, {width} px: {what}")));
        };
        let run = "figure.run[data-snippet='tea/main']";
        tell("a wrong choice");
        reader.click(&format!("{run} .replay"));
        reader.click(&format!("{run} .pause"));
        tell("a replay");
        let listing = "figure.listing[data-snippet='tea/main']";
        reader.click(&format!("{listing} .edit"));
        reader.until_seen(&format!("{listing} .cm-content"));
        tell("an editor");
        reader.press_with(key::CONTROL, 'a');
        reader.write("fn main() { let a = 1; let word: &str = kup; } // and one line that is wider than any phone is");
        reader.press_with(key::CONTROL, key::ENTER);
        reader.until_says(&format!("{listing} .live .status"), "does not compile");
        tell("the compiler's words");
        reader.click(&format!("{listing} .reset"));
        reader.click(&format!("{listing} .close"));
        reader.click(&format!("{run} .run-live"));
        reader.until_says(&format!("{run} .live .status"), "done");
        reader
            .see::<()>("for (const part of document.querySelectorAll('details')) part.open = true");
        tell("a live run");
        reader.click(&format!("{run} .run-live"));
        reader.until_seen(&format!("{run} .live.earlier"));
        reader.until_says(&format!("{run} .live .status"), "done");
        tell("an earlier run");
        reader.click(&format!("{run} .live .clear"));
    }
    nothing_is_wrong(&wrong);
}

#[test]
#[ignore = "needs Chromium: apt-get install chromium chromium-driver, then cargo test --features browser --test browser -- --ignored"]
fn what_an_exercise_shows_is_open_to_all_too() {
    let (_workshop, _server, reader) = exercises::at_the_exercise();
    let mut wrong = Vec::new();
    for (theme, width) in [("light", 1280), ("navy", 360)] {
        reader.widen(width);
        reader.see::<()>(&format!("localStorage.setItem('mdbook-theme', '{theme}')"));
        reader.reload();
        let mut tell = |when: &str| {
            let found = sticking_out(&reader)
                .into_iter()
                .chain(violations(&reader, "html"));
            wrong.extend(found.map(|what| format!("{when}, {theme}, {width} px: {what}")));
        };
        let part = |rest: &str| format!("section.exercise {rest}");
        reader.until_seen(&part(".solve"));
        reader.click(&part(".solve"));
        reader.until_seen(&part(".cm-content"));
        tell("an exercise");
        let mut tries = |text: &str, words: &str| {
            reader.click(&part(".cm-content"));
            reader.press_with(key::CONTROL, 'a');
            reader.write(text);
            reader.click(&part(".check"));
            reader.until_says(&part("> .status"), words);
            reader.see::<()>(
                "for (const part of document.querySelectorAll('details')) part.open = true",
            );
            tell(words);
        };
        tries(
            "// mine\n\npub fn pour(cups: u32) -> Vec<u32> { cups } fn main() {}",
            "does not compile",
        );
        tries(
            "// mine\n\npub fn pour(cups: u32) -> Vec<u32> { println!(\"a word\"); vec![7; cups as usize] } fn main() {}",
            "1 of 2 tests pass",
        );
        tries(
            "// mine\n\npub fn pour(cups: u32) -> Vec<u32> { (1..=cups).collect() } fn main() { println!(\"{:?}\", pour(9)); }",
            "passed",
        );
        reader.until_says(&part(".results .picture .output"), "9]");
        reader.click(&part(".reset"));
        reader.until_seen(&part(".begin-anew"));
        tell("a question");
        reader.click(&part(".begin-anew"));
        reader.until_says(&part("> .status"), "the starter again");
    }
    nothing_is_wrong(&wrong);
}
