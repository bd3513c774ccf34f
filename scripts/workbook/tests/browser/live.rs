//! Run, Stop and Clear: the programs of a page run on this machine while the reader looks on.

use serde_json::json;

use crate::book::{Book, soon};
use crate::kettle;
use crate::reader::{Reader, key};
use crate::server::Server;
use crate::site::Static;

pub(crate) const SLOW: &str = r#"//! Watch the kettle.

fn main() {
    println!("kettle on");
    std::thread::sleep(std::time::Duration::from_millis(600));
    println!("poured");
}
"#;

/// It goes on until somebody stops it.
const FOREVER: &str = r#"//! Watch the tap.

fn main() {
    for n in 1.. {
        println!("drop {n}");
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
}
"#;

const QUIET: &str = "//! Listen.\n\nfn main() {}\n";

/// A program that draws its timeline, without the library.
const DRAWN: &str = r##"//! Watch the picture.

use std::io::Write;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

fn main() {
    let path = std::env::var_os("WORKBOOK_TIMELINE").unwrap();
    let mut file = std::fs::OpenOptions::new().create(true).append(true).open(path).unwrap();
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs_f64();
    writeln!(file, r#"{{"timeline":1,"start":{now}}}"#).unwrap();
    writeln!(file, r#"{{"t":0.000001,"lane":0,"event":"new","name":"kettle"}}"#).unwrap();
    writeln!(file, r#"{{"t":0.000002,"lane":0,"event":"begin","thread":0}}"#).unwrap();
    std::thread::sleep(Duration::from_millis(800));
    writeln!(file, r#"{{"t":0.800000,"lane":0,"event":"end","cpu":0.000001}}"#).unwrap();
}
"##;

const RUN: &str = "figure.run[data-snippet='tea/main']";

fn part(rest: &str) -> String {
    format!("{RUN} {rest}")
}

/// A recorded book in the clothes of the real one, with `tea/main` and what else it is to have.
pub(crate) fn book(entry: &str, program: &str) -> Book {
    let book = Book::new().with("tea/main", entry, program);
    kettle::dress(&book);
    book.run(["record"]).succeeded();
    book
}

/// A server of it with all its programs built, and a reader at the page on tea.
pub(crate) fn at_the_page(book: &Book, options: &[&str]) -> (Server, Reader) {
    let server = Server::ready(book, options);
    let reader = Reader::new();
    reader.open(&server.address_of("tea.html"));
    reader.until("there is something to press", || {
        reader.count(&part(".run-live")) == 1
    });
    (server, reader)
}

/// The book whose program goes on until it is stopped: it was recorded when it did not.
fn endless() -> Book {
    let book = book("deadline = 60", QUIET);
    book.write("chapters/tea/src/main.rs", FOREVER);
    book
}

/// Whether a run goes on: there is a Stop then, and Run does nothing.
#[track_caller]
fn can_be_stopped(reader: &Reader) -> bool {
    let is_off = reader.count(&part(".run-live[aria-disabled='true']")) == 1;
    assert_eq!(reader.text(&part(".run-live")), "Run");
    assert_eq!(reader.sees(&part(".live .stop")), is_off);
    is_off
}

#[track_caller]
fn nothing_runs(book: &Book) {
    let ended = soon(5, || book.processes().is_empty());
    assert!(ended, "still running: {:?}", book.processes());
}

#[test]
#[ignore = "needs Chromium: apt-get install chromium chromium-driver, then cargo test --features browser --test browser -- --ignored"]
fn a_run_shows_its_lines_as_they_come_then_its_figures_and_what_it_claims() {
    let book = book("claims = [\"says /poured/\", \"wall < 9\"]", SLOW);
    let (_server, reader) = at_the_page(&book, &[]);
    reader.click(&part(".run-live"));
    reader.until_says(&part(".live .output"), "kettle on");
    assert!(
        !reader.text(&part(".live .output")).contains("poured"),
        "not before its time"
    );
    assert_eq!(reader.text(&part(".live .status")), "runs");
    assert!(can_be_stopped(&reader));
    reader.until_says(&part(".live .status"), "done");
    assert!(!can_be_stopped(&reader));
    let times: Vec<f64> = reader.see_with(
        "return [...document.querySelectorAll(arguments[0])].map((t) => Number(t.textContent))",
        json!([part(".live .output .t")]),
    );
    assert_eq!(times.len(), 2);
    assert!((0.59..3.0).contains(&(times[1] - times[0])), "{times:?}");
    assert_eq!(reader.text(&part(".live table thead")), "recorded this run");
    let wall = reader.text(&part(".live table tbody tr:first-child"));
    assert!(
        wall.starts_with("wall ") && wall.matches('s').count() == 2,
        "{wall}"
    );
    assert_eq!(
        reader.text(&part(".live summary")),
        "This run shows what the book claims (2 of 2)"
    );
    assert!(
        !reader.sees(&part(".live .claims li")),
        "for who wants to know"
    );
    reader.click(&part(".live summary"));
    assert_eq!(
        reader.text(&part(".live .claims li")),
        "says /poured/ holds"
    );
    reader.tab_back_to(&part(".live .clear"));
    reader.tab_to(&part(".live summary"));
    reader.press([key::ENTER]);
    assert!(
        !reader.sees(&part(".live .claims li")),
        "closed by keyboard"
    );
    reader.press([key::SPACE]);
    assert!(reader.sees(&part(".live .claims li")), "and opened");
    assert!(
        reader.sees(&part(".output")),
        "the recorded run stands above it"
    );
    reader.leaves_without_a_complaint();
}

#[test]
#[ignore = "needs Chromium: apt-get install chromium chromium-driver, then cargo test --features browser --test browser -- --ignored"]
fn a_run_is_stopped_and_cleared_by_mouse() {
    let book = endless();
    let (_server, reader) = at_the_page(&book, &[]);
    reader.click(&part(".run-live"));
    reader.until_says(&part(".live .output"), "drop 3");
    assert_eq!(book.processes().len(), 1);
    reader.click(&part(".live .stop"));
    reader.until_says(&part(".live .status"), "stopped by you");
    nothing_runs(&book);
    assert!(!can_be_stopped(&reader));
    assert!(
        reader.has_focus(&part(".run-live")),
        "the button that had it is gone"
    );
    assert!(
        reader.text(&part(".live .output")).contains("drop 3"),
        "what was seen stays"
    );
    reader.click(&part(".live .clear"));
    assert_eq!(reader.count(&part(".live")), 0);
    assert!(
        reader.has_focus(&part(".run-live")),
        "the button that had it is gone"
    );
    reader.leaves_without_a_complaint();
}

#[test]
#[ignore = "needs Chromium: apt-get install chromium chromium-driver, then cargo test --features browser --test browser -- --ignored"]
fn a_run_is_started_stopped_and_cleared_by_keyboard() {
    let book = endless();
    let (_server, reader) = at_the_page(&book, &[]);
    reader.tab_to(&part(".run-live"));
    reader.press([key::ENTER]);
    reader.until_says(&part(".live .output"), "drop 3");
    assert!(reader.has_focus(&part(".run-live")));
    reader.press([key::SPACE, key::ENTER]);
    assert!(can_be_stopped(&reader), "it goes on");
    reader.tab_to(&part(".live .stop"));
    reader.press([key::SPACE]);
    reader.until_says(&part(".live .status"), "stopped by you");
    nothing_runs(&book);
    assert!(reader.has_focus(&part(".run-live")));
    // A long output is scrolled by keyboard, too.
    reader.tab_to(&part(".live .output"));
    reader.tab_back_to(&part(".live .clear"));
    reader.press([key::ENTER]);
    assert_eq!(reader.count(&part(".live")), 0);
    assert!(reader.has_focus(&part(".run-live")));
    reader.leaves_without_a_complaint();
}

#[test]
#[ignore = "needs Chromium: apt-get install chromium chromium-driver, then cargo test --features browser --test browser -- --ignored"]
fn a_run_that_hangs_is_ended_and_says_so() {
    let hangs = SLOW.replace("from_millis(600)", "from_secs(3600)");
    let book = book("deadline = 1\nclaims = [\"ends hang\"]", &hangs);
    let (_server, reader) = at_the_page(&book, &[]);
    reader.click(&part(".run-live"));
    reader.until_says(
        &part(".live .status"),
        "hangs: stopped after 1.00 s, using no CPU",
    );
    assert!(reader.text(&part(".live .output")).contains("kettle on"));
    assert_eq!(
        reader.text(&part(".live summary")),
        "This run shows what the book claims (1 of 1)"
    );
    nothing_runs(&book);
    reader.leaves_without_a_complaint();
}

#[test]
#[ignore = "needs Chromium: apt-get install chromium chromium-driver, then cargo test --features browser --test browser -- --ignored"]
fn a_run_that_differs_from_the_books_claims_says_in_what() {
    let book = book("claims = [\"lines = 2\", \"wall < 9\"]", SLOW);
    book.replace(
        "chapters/tea/src/main.rs",
        "\"poured\"",
        "\"spilt\\nall of it\"",
    );
    let (_server, reader) = at_the_page(&book, &[]);
    reader.click(&part(".run-live"));
    reader.until_says(
        &part(".live summary"),
        "This run differs from what the book claims (1 of 2)",
    );
    assert!(
        reader.sees(&part(".live .claims li.failed")),
        "this is what the reader wants to know"
    );
    let failed = reader.text(&part(".live .claims li.failed"));
    assert!(
        failed.starts_with("lines = 2 does not hold: ") && failed.contains('3'),
        "{failed}"
    );
    reader.leaves_without_a_complaint();
}

#[test]
#[ignore = "needs Chromium: apt-get install chromium chromium-driver, then cargo test --features browser --test browser -- --ignored"]
fn a_program_that_prints_nothing_and_one_that_the_compiler_refuses_say_so() {
    let book = Book::new()
        .with("tea/main", "claims = [\"lines = 0\"]", QUIET)
        .with(
            "tea/refused",
            "fails = \"E0425\"",
            "//! Watch the compiler.\n\nfn main() {\n    kettle();\n}\n",
        );
    kettle::dress(&book);
    book.run(["record"]).succeeded();
    let (_server, reader) = at_the_page(&book, &[]);
    reader.click(&part(".run-live"));
    reader.until_says(&part(".live .output"), "(it prints nothing)");
    reader.until_says(&part(".live .status"), "done");
    let refused = "figure.run[data-snippet='tea/refused']";
    reader.click(&format!("{refused} .run-live"));
    reader.until_says(
        &format!("{refused} .live .compiler"),
        "cannot find function `kettle`",
    );
    reader.until_says(
        &format!("{refused} .live .status"),
        "does not compile: error E0425",
    );
    let claims = reader.text(&format!("{refused} .live summary"));
    assert_eq!(claims, "This run shows what the book claims (1 of 1)");
    reader.leaves_without_a_complaint();
}

#[test]
#[ignore = "needs Chromium: apt-get install chromium chromium-driver, then cargo test --features browser --test browser -- --ignored"]
fn a_program_that_does_not_build_says_why() {
    let book = book("", SLOW);
    book.replace("chapters/tea/src/main.rs", "println!(\"poured\")", "pour()");
    let (_server, reader) = at_the_page(&book, &[]);
    reader.click(&part(".run-live"));
    reader.until_says(&part(".live .status"), "pour");
    reader.until_says(&part(".run-live"), "Run");
    reader.leaves_without_a_complaint();
}

#[test]
#[ignore = "needs Chromium: apt-get install chromium chromium-driver, then cargo test --features browser --test browser -- --ignored"]
fn a_run_that_waits_for_another_says_its_place() {
    let book = book("deadline = 60", QUIET).with("tea/second", "claims = [\"lines = 2\"]", SLOW);
    book.run(["record", "tea/second"]).succeeded();
    book.write("chapters/tea/src/main.rs", FOREVER);
    let (_server, reader) = at_the_page(&book, &["--slots", "1"]);
    reader.click(&part(".run-live"));
    // Until then its lines push the other button down, from under the mouse.
    reader.until("its output fills its place", || {
        reader.see_with(
            "const output = document.querySelector(arguments[0]);
             return output !== null && output.scrollHeight > output.clientHeight",
            json!([part(".live .output")]),
        )
    });
    assert_eq!(reader.text(&part(".live .status")), "runs");
    let second = "figure.run[data-snippet='tea/second']";
    reader.click(&format!("{second} .run-live"));
    reader.until_says(
        &format!("{second} .live .status"),
        "waits for its turn: place 1 of 1",
    );
    assert!(reader.sees(&format!("{second} .live .stop")));
    reader.click(&part(".live .stop"));
    reader.until_says(&format!("{second} .live .status"), "done");
    assert!(
        reader
            .text(&format!("{second} .live .output"))
            .contains("poured")
    );
    reader.leaves_without_a_complaint();
}

#[test]
#[ignore = "needs Chromium: apt-get install chromium chromium-driver, then cargo test --features browser --test browser -- --ignored"]
fn a_run_that_waits_for_a_build_says_so_and_may_be_stopped() {
    let book = book("", SLOW).with("milk/main", "", QUIET);
    book.run(["record", "milk"]).succeeded();
    // Built anew, and slowly.
    let sleeps = "fn main() { std::thread::sleep(std::time::Duration::from_secs(6)) }";
    book.write("chapters/tea/build.rs", sleeps);
    let server = Server::start(&book);
    let reader = Reader::new();
    reader.open(&server.address_of("tea.html"));
    reader.until_seen(&part(".run-live"));
    reader.tab_to(&part(".run-live"));
    reader.press([key::ENTER]);
    reader.until_says(&part(".live .status"), "waits: building 1 of 2: tea");
    reader.tab_to(&part(".live .stop"));
    reader.press([key::SPACE]);
    reader.until_says(&part(".live .status"), "stopped by you");
    assert!(!can_be_stopped(&reader));
    reader.click(&part(".run-live"));
    reader.until_says(&part(".live .status"), "waits: building 1 of 2: tea");
    assert_eq!(reader.count(&part(".live")), 1, "the other did not run");
    reader.click(&part(".live .stop"));
    reader.until_says(&part(".live .status"), "stopped by you");
    reader.click(&part(".run-live"));
    reader.until_says(&part(".live .status"), "done");
    assert!(reader.text(&part(".live .output")).contains("poured"));
    reader.leaves_without_a_complaint();
}

#[test]
#[ignore = "needs Chromium: apt-get install chromium chromium-driver, then cargo test --features browser --test browser -- --ignored"]
fn a_timeline_is_drawn_while_its_run_goes_on() {
    let book = book("", DRAWN);
    let (_server, reader) = at_the_page(&book, &[]);
    reader.click(&part(".run-live"));
    reader.until_seen(&part(".live svg.timeline"));
    assert!(can_be_stopped(&reader), "before the end");
    reader.until_says(&part(".live .status"), "done");
    let words: String = reader.see_with(
        "return document.querySelector(arguments[0]).textContent",
        json!([part(".live svg.timeline desc")]),
    );
    assert!(
        words.contains("kettle: from ") && words.contains("running for 800 ms"),
        "{words}"
    );
    assert_eq!(
        reader.count(&part("svg.timeline")),
        2,
        "beside the recorded one"
    );
    // What one picture fills its bars with is not the other's.
    let twice: usize = reader.see(
        "const ids = [...document.querySelectorAll('[id]')].map((part) => part.id);
         return ids.length - new Set(ids).size",
    );
    assert_eq!(twice, 0);
    reader.leaves_without_a_complaint();
}

#[test]
#[ignore = "needs Chromium: apt-get install chromium chromium-driver, then cargo test --features browser --test browser -- --ignored"]
fn a_page_that_is_left_takes_its_run_along() {
    let book = endless();
    let (server, reader) = at_the_page(&book, &[]);
    let run = || {
        reader.until_seen(&part(".run-live"));
        reader.click(&part(".run-live"));
        reader.until_says(&part(".live .output"), "drop 3");
        assert_eq!(book.processes().len(), 1);
    };
    run();
    reader.open("about:blank");
    nothing_runs(&book);
    reader.open(&server.address_of("tea.html"));
    run();
    drop(reader);
    nothing_runs(&book);
}

#[test]
#[ignore = "needs Chromium: apt-get install chromium chromium-driver, then cargo test --features browser --test browser -- --ignored"]
fn pressing_run_again_neither_ends_the_run_nor_begins_another() {
    let book = endless();
    let (server, reader) = at_the_page(&book, &[]);
    // A double click, and once more when there is something to be seen.
    let twice = "const run = document.querySelector(arguments[0]); run.click(); run.click();";
    reader.see_with::<()>(twice, json!([part(".run-live")]));
    reader.until_says(&part(".live .output"), "drop 3");
    reader.click(&part(".run-live"));
    reader.until_says(&part(".live .output"), "drop 20");
    assert!(can_be_stopped(&reader));
    assert_eq!(reader.count(&part(".live")), 1);
    assert_eq!(book.processes().len(), 1);
    assert_eq!(server.health()["waiting"], 0);
    reader.click(&part(".live .stop"));
    reader.until_says(&part(".live .status"), "stopped by you");
    nothing_runs(&book);
    // Stop before the server has answered.
    reader.see_with::<()>(
        "document.querySelector(arguments[0]).click(); document.querySelector(arguments[1]).click()",
        json!([part(".run-live"), part(".live .stop")]),
    );
    reader.until_says(&part(".live .status"), "stopped by you");
    nothing_runs(&book);
    reader.leaves_without_a_complaint();
}

#[test]
#[ignore = "needs Chromium: apt-get install chromium chromium-driver, then cargo test --features browser --test browser -- --ignored"]
fn the_last_runs_stay_to_be_compared() {
    let book = book("", SLOW);
    let (_server, reader) = at_the_page(&book, &[]);
    let shown = || -> Vec<String> {
        reader.see_with(
            "return [...document.querySelectorAll(arguments[0])].map((live) =>
                 live.querySelector('summary:not(.claims summary)')?.textContent ?? 'the newest')",
            json!([part(".live")]),
        )
    };
    reader.click(&part(".run-live"));
    reader.until_says(&part(".live .status"), "done");
    assert_eq!(
        reader.text(&part("> .which")),
        "As the book recorded it",
        "there are two now"
    );
    for n in 1..=3 {
        reader.click(&part(".run-live"));
        reader.until_says(&part(".live:not(.earlier) .status"), "done");
        let mut expected = vec!["the newest"];
        expected.extend(vec!["An earlier run: done"; n.min(2)]);
        assert_eq!(shown(), expected);
    }
    assert_eq!(reader.count(&part(".live.earlier .output .line")), 4);
    assert!(reader.sees(&part(".live.earlier .output")));
    let twice: usize = reader.see(
        "const ids = [...document.querySelectorAll('[id]')].map((part) => part.id);
         return ids.length - new Set(ids).size",
    );
    assert_eq!(twice, 0);
    reader.tab_to(&part(".live.earlier summary"));
    reader.press([key::ENTER]);
    assert!(!reader.sees(&part(".live.earlier .output")));
    reader.click(&part(".live .clear"));
    assert_eq!(reader.count(&part(".live")), 0);
    reader.leaves_without_a_complaint();
}

#[test]
#[ignore = "needs Chromium: apt-get install chromium chromium-driver, then cargo test --features browser --test browser -- --ignored"]
fn a_server_that_is_gone_is_told() {
    let book = endless();
    let (mut server, reader) = at_the_page(&book, &[]);
    reader.click(&part(".run-live"));
    reader.until_says(&part(".live .output"), "drop 3");
    server.kill();
    reader.until_says(
        &part(".live .status"),
        "the connection to the server was lost",
    );
    assert!(!can_be_stopped(&reader));
    nothing_runs(&book);
    reader.click(&part(".run-live"));
    reader.until_says(&part(".live .status"), "the server does not answer");
    assert!(!can_be_stopped(&reader));
}

#[test]
#[ignore = "needs Chromium: apt-get install chromium chromium-driver, then cargo test --features browser --test browser -- --ignored"]
fn on_a_static_host_there_is_neither_run_nor_edit() {
    let site = Static::of(book("", SLOW));
    let reader = Reader::new();
    reader.open(&site.url("tea.html"));
    // The script has come to its end: its last step would be to ask for what is live.
    reader.until_seen(&part(".replay"));
    assert_eq!(reader.count(".run-live, .edit"), 0);
    let words = reader.text(&part("figcaption"));
    assert!(
        words.ends_with("Yours: cargo run -p tea"),
        "what to type instead: {words}"
    );
    let asked = reader.requests();
    assert!(
        asked.iter().any(|url| url.contains("/workbook")),
        "{asked:?}"
    );
    assert!(
        !asked
            .iter()
            .any(|url| url.contains("live.js") || url.contains("/api/")),
        "{asked:?}"
    );
    reader.leaves_without_a_complaint();
}

/// It says something in every way that a line can be shown: to both streams, with what would be markup, and nothing.
/// It waits between them, because nothing orders what comes on two streams.
const ALL_KINDS: &str = r#"//! Watch the lines.

fn main() {
    let wait = || std::thread::sleep(std::time::Duration::from_millis(150));
    println!("kettle <b>on</b> & \"off\" *at* _once_");
    wait();
    eprintln!("it\tboils   over");
    wait();
    println!();
    println!("poured");
}
"#;

/// It says more than is kept, in the recording and on the page.
const LONG: &str = r#"//! Count.

fn main() {
    for n in 1000..9000 {
        println!("drop {n}");
    }
}
"#;

/// The markup of an output, and what its element has beside it, without what differs from run to run: the name that
/// says which run it is, and digits, which are all written as 0.
#[track_caller]
fn markup(reader: &Reader, output: &str) -> (Vec<(String, String)>, String) {
    reader.see_with(
        "const output = document.querySelector(arguments[0]);
         const attributes = [...output.attributes].map(({ name, value }) => [name, value]);
         return [attributes.filter(([name]) => name !== 'aria-label').sort(), output.innerHTML.replace(/\\d/g, '0')]",
        json!([output]),
    )
}

#[test]
#[ignore = "needs Chromium: apt-get install chromium chromium-driver, then cargo test --features browser --test browser -- --ignored"]
fn a_live_output_has_the_markup_of_the_recorded_one() {
    let book = Book::new()
        .with("tea/main", "claims = [\"lines = 4\"]", ALL_KINDS)
        .with("tea/nothing", "claims = [\"lines = 0\"]", QUIET)
        .with("tea/long", "claims = [\"lines = 8000\"]", LONG)
        .with(
            "tea/refused",
            "fails = \"E0425\"",
            "//! Watch the compiler.\n\nfn main() {\n    kettle();\n}\n",
        );
    kettle::dress(&book);
    book.run(["record"]).succeeded();
    let (_server, reader) = at_the_page(&book, &[]);
    let both = |name: &str, output: &str, ends: &str| {
        let run = format!("figure.run[data-snippet='tea/{name}']");
        reader.click(&format!("{run} .run-live"));
        reader.until_says(&format!("{run} .live .status"), ends);
        let live = markup(&reader, &format!("{run} .live {output}"));
        (markup(&reader, &format!("{run} > {output}")), live)
    };
    let plain = ".output:not(.compiler)";
    let (recorded, live) = both("main", plain, "done");
    for kind in ["class=\"line\"", "class=\"line err\"", "class=\"t\""] {
        assert!(recorded.1.contains(kind), "{}", recorded.1);
    }
    assert_eq!(live, recorded);
    let (recorded, live) = both("nothing", plain, "done");
    assert!(recorded.1.contains("prints nothing"), "{}", recorded.1);
    assert_eq!(live, recorded);
    let (recorded, live) = both("refused", ".compiler", "does not compile");
    assert_eq!(live, recorded);
    // The page keeps more lines than the recording. With all digits alike, so are the lines, and they are one.
    let (recorded, live) = both("long", plain, "done");
    let once = |markup: &str| {
        let mut lines: Vec<_> = markup.split_inclusive('\n').map(str::to_owned).collect();
        lines.dedup();
        lines
    };
    let kinds = once(&recorded.1);
    assert_eq!(kinds.len(), 3, "lines, the cut, lines: {kinds:?}");
    assert_eq!((live.0, once(&live.1)), (recorded.0, kinds));
    reader.leaves_without_a_complaint();
}

/// Milliseconds from pressing Run to the first line on the page. Without anything else to do it takes a tenth of this:
/// the test says how long it took.
const PROMPT: f64 = 500.0;

#[test]
#[ignore = "needs Chromium: apt-get install chromium chromium-driver, then cargo test --features browser --test browser -- --ignored"]
fn the_first_line_comes_at_once() {
    // It goes on after the line: what is shown at the end of a run is not at once.
    let program = SLOW.replace("from_millis(600)", "from_millis(800)");
    let book = book("", &program);
    let (_server, reader) = at_the_page(&book, &[]);
    let mut times: Vec<f64> = Vec::new();
    for _ in 0..10 {
        reader.see_with::<()>(
            "const run = document.querySelector(arguments[0]);
             window.took = null;
             document.addEventListener('click', ({ timeStamp }) => {
                 const seen = new MutationObserver(() => {
                     if (!run.querySelector('.live .line')) return;
                     seen.disconnect();
                     requestAnimationFrame(() => { window.took = performance.now() - timeStamp; });
                 });
                 seen.observe(run, { childList: true, subtree: true });
             }, { capture: true, once: true });",
            json!([RUN]),
        );
        reader.click(&part(".run-live"));
        reader.until_says(&part(".live .status"), "done");
        reader.until("it is timed", || reader.see("return window.took !== null"));
        times.push(reader.see("return window.took"));
        reader.click(&part(".live .clear"));
    }
    times.sort_by(f64::total_cmp);
    let median = (times[4] + times[5]) / 2.0;
    println!("from Run to the first line: {median:.0} ms, the median of {times:.0?}");
    assert!(median < PROMPT, "{median:.0} ms: {times:.0?}");
    reader.leaves_without_a_complaint();
}
