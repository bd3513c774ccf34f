//! The key: it comes with the address that the terminal shows, and stays in the browser. Who has none can read, and is
//! told how to get it.

use serde_json::json;

use crate::live::{SLOW, book};
use crate::reader::{Reader, key};
use crate::server::Server;

const RUN: &str = "figure.run[data-snippet='tea/main']";
const CODE: &str = "figure.listing[data-snippet='tea/main']";

fn part(rest: &str) -> String {
    format!("{RUN} {rest}")
}

/// What the address bar shows.
#[track_caller]
fn address(reader: &Reader) -> String {
    reader.see("return location.href")
}

/// The key that the browser keeps.
#[track_caller]
fn kept(reader: &Reader) -> Option<String> {
    reader.see("return localStorage.getItem('workbook.key')")
}

#[track_caller]
fn wait_for_the_buttons(reader: &Reader) {
    reader.until_seen(&part(".run-live"));
}

/// Runs the program to its end.
#[track_caller]
fn runs(reader: &Reader) {
    reader.click(&part(".run-live"));
    reader.until_says(&part(".live .status"), "done");
}

/// What the browser notes when a request is refused is no fault of the page's.
#[track_caller]
fn leaves_with_refusals_alone(reader: &Reader) {
    let complaints = reader.complaints();
    assert!(!complaints.is_empty());
    assert!(
        complaints.iter().all(|it| it.contains("401")),
        "{complaints:?}"
    );
}

#[test]
#[ignore = "needs Chromium: apt-get install chromium chromium-driver, then cargo test --features browser --test browser -- --ignored"]
fn the_key_comes_with_the_address_and_does_not_stay_there() {
    let book = book("", SLOW);
    let server = Server::ready(&book, &[]);
    let reader = Reader::new();
    reader.open(&server.address_of("tea.html"));
    wait_for_the_buttons(&reader);
    let plain = format!("http://{}/tea.html", server.host());
    assert_eq!(address(&reader), plain);
    assert_eq!(kept(&reader), Some(server.key()));
    runs(&reader);
    // From now on no address needs it.
    reader.open("about:blank");
    reader.open(&format!("http://{}/", server.host()));
    reader.open(&plain);
    wait_for_the_buttons(&reader);
    runs(&reader);
    // A place on the page is none, and what is no key is not taken for one.
    for (hash, left) in [
        ("#about-tea", "#about-tea"),
        ("#key=tea", ""),
        ("#key=", ""),
    ] {
        reader.see_with::<()>("location.hash = arguments[0]", json!([hash]));
        let shown = format!("{plain}{left}");
        reader.until(format_args!("{shown} is shown"), || {
            address(&reader) == shown
        });
        assert_eq!(kept(&reader), Some(server.key()), "{hash}");
    }
    reader.leaves_without_a_complaint();
}

#[test]
#[ignore = "needs Chromium: apt-get install chromium chromium-driver, then cargo test --features browser --test browser -- --ignored"]
fn who_has_no_key_is_told_how_to_get_it() {
    let book = book("", SLOW);
    let server = Server::ready(&book, &[]);
    let reader = Reader::new();
    reader.open(&format!("http://{}/tea.html", server.host()));
    wait_for_the_buttons(&reader);
    reader.click(&part(".run-live"));
    let status = part(".live .status");
    reader.until_says(&status, "Programs run for who has the key");
    let words = reader.text(&status);
    assert!(words.contains("cargo workbook serve"), "{words}");
    assert_eq!(reader.text(&part(".run-live")), "Run");
    assert_eq!(kept(&reader), None);
    // The page's own keys are not meant here: s would search.
    let field = part(".live input");
    reader.click(&field);
    reader.write("s/ tea");
    reader.press([key::LEFT, key::ENTER]);
    reader.until_says(&status, "This has no key in it");
    assert_eq!(
        reader.see_with::<String>(
            "return document.querySelector(arguments[0]).value",
            json!([field])
        ),
        "s/ tea"
    );
    reader.press_with(key::CONTROL, 'a');
    reader.write(&server.address_of(""));
    reader.press([key::ENTER]);
    reader.until_says(&status, "done");
    assert_eq!(kept(&reader), Some(server.key()));
    runs(&reader);
    leaves_with_refusals_alone(&reader);
}

#[test]
#[ignore = "needs Chromium: apt-get install chromium chromium-driver, then cargo test --features browser --test browser -- --ignored"]
fn a_key_that_is_not_this_servers_is_asked_for_anew_and_the_edit_is_kept() {
    let book = book("", SLOW);
    let old = "0123456789abcdef".repeat(2);
    let server = Server::ready(&book, &[]);
    let reader = Reader::new();
    reader.open(&format!("http://{}/tea.html#key={old}", server.host()));
    wait_for_the_buttons(&reader);
    assert_eq!(kept(&reader), Some(old));
    reader.click(&format!("{CODE} .edit"));
    reader.until_seen(&format!("{CODE} .cm-content"));
    reader.press_with(key::CONTROL, 'a');
    reader.write("fn main() { println!(\"mine\"); }");
    reader.click(&format!("{CODE} .run-edit"));
    let status = format!("{CODE} .live .status");
    reader.until_says(&status, "is not that of this server");
    reader.click(&format!("{CODE} .live input"));
    reader.write(&server.key());
    reader.click(&format!("{CODE} .live .key button"));
    reader.until_says(&format!("{CODE} .live .output"), "mine");
    reader.until_says(&status, "done");
    assert_eq!(kept(&reader), Some(server.key()));
    leaves_with_refusals_alone(&reader);
}
