//! Minutes and agendas: on pages, in the terminal, as JSON; and what `build` and `check` say of an agenda that is wrong.

use serde_json::Value;
use snapbox::{assert_data_eq, str};

use crate::book::Book;
use crate::pages::{preprocess, sent};

/// So many words in one line.
fn words(n: usize) -> String {
    "word ".repeat(n)
}

/// A page with a core of two sections, of one and of two minutes, a note, and a section below its core.
fn book(agenda: &str) -> Book {
    let book = Book::still();
    let tea = format!(
        "# About tea\n\n## Boil\n\n{}\n\n```notes\nAsk first: {{{{#fact 3 min}}}}?\n```\n\n## Pour {{#pour}}\n\n{}\n\n{{{{#next}}}}\n\n\
         ## Further\n\n{}\n\n{{{{#snippet tea/main run=no}}}}\n\n{{{{#snippet tea/pour run=no}}}}\n",
        words(237),
        words(475),
        words(118)
    );
    book.write("book/tea.md", &tea);
    let text = format!("# Teaching\n\nTea takes {{{{#minutes tea}}}}.\n\n```agenda\n{agenda}```\n");
    book.write("book/teaching.md", &text);
    book.append("book/SUMMARY.md", "- [Teaching](teaching.md)\n");
    book
}

const AGENDA: &str = r#"name = "short"
title = "A short day"
minutes = 30
from = "8:30"

[[item]]
what = "Welcome"
talk = 5

[[item]]
page = "tea"
talk = 2

[[item]]
pause = 10

[[item]]
page = "tea"
sections = ["pour"]

[[item]]
demo = "tea/pour"
talk = 1
"#;

#[test]
fn an_agenda_is_told_with_the_times_of_the_clock() {
    let book = book(AGENDA);
    let ran = book.run(["agenda"]).succeeded();
    assert_data_eq!(
        ran.stdout.as_str(),
        str![[r#"
short: A short day
  08:30    5 min  Welcome
  08:35    5 min  About tea, and 2 to talk
  08:40   10 min  Pause
  08:50    2 min  About tea: Pour
  08:52    2 min  demo: a run, and 1 to talk
  08:54   24 min  the end: 6 of 30 minutes are left

"#]]
    );
    let ran = book
        .run(["agenda", "short", "--from", "13:00", "--notes"])
        .succeeded();
    ran.says("  13:05    5 min  About tea")
        .says("  13:24   24 min  the end");
    ran.says("Boil (book/tea.md:7)").says("Ask first: 3 min?");
}

#[test]
fn an_agenda_is_told_as_json() {
    let ran = book(AGENDA)
        .run(["agenda", "--json", "--notes"])
        .succeeded();
    let told: Value = serde_json::from_str(&ran.stdout).expect("it is JSON");
    let agenda = &told[0];
    assert_eq!(agenda["name"], "short");
    assert_eq!(
        (&agenda["from"], &agenda["end"]),
        (&"08:30".into(), &"08:54".into())
    );
    assert_eq!(
        (&agenda["total"], &agenda["minutes"]),
        (&24.into(), &30.into())
    );
    assert_eq!(
        (&agenda["page"], &agenda["line"]),
        (&"book/teaching.md".into(), &5.into())
    );
    assert_eq!(agenda["problems"], serde_json::json!([]));
    let page = &agenda["items"][1];
    assert_eq!(
        (&page["kind"], &page["at"]),
        (&"page".into(), &"08:35".into())
    );
    assert_eq!(
        (&page["minutes"], &page["talk"], &page["link"]),
        (&5.into(), &2.into(), &"tea".into())
    );
    assert_eq!(page["notes"][0]["anchor"], "boil");
    assert_eq!(page["notes"][0]["html"], "<p>Ask first: 3\u{a0}min?</p>");
    assert_eq!(agenda["items"][3]["link"], "tea#pour");
}

#[test]
fn a_page_says_its_minutes_and_those_of_its_sections() {
    let book = book(AGENDA);
    book.run(["build"]).succeeded();
    let tea = book.read("target/book/tea.html");
    let line = "<p class=\"page-minutes\">About 3 minutes · 1 for what stands under Further</p>";
    assert!(tea.contains(line), "{tea}");
    for heading in [
        "<h2 data-minutes=\"1.0\" id=\"boil\">",
        "<h2 data-minutes=\"2.0\" id=\"pour\">",
        "<h2 data-minutes=\"1.2\" id=\"further\">",
    ] {
        assert!(tea.contains(heading), "{heading} in {tea}");
    }
    let teaching = book.read("target/book/teaching.html");
    assert!(teaching.contains(">3\u{a0}minutes</span>."), "{teaching}");
    assert!(
        !teaching.contains("page-minutes"),
        "it has no core: {teaching}"
    );
    let row = "<tr data-kind=\"page\"><td>08:50</td><td>2</td><td><a href=\"tea.html#pour\">About tea: Pour</a></td></tr>";
    assert!(teaching.contains(row), "{teaching}");
    assert!(
        teaching.contains("<td>08:54</td><td>24</td><td>the end: 6 of 30 minutes are left</td>")
    );
}

#[test]
fn a_stock_mdbook_is_given_the_same_minutes() {
    let book = book(AGENDA);
    let (input, _) = sent(&book, &book.read("book/tea.md"));
    let ran = preprocess(&book, &[], &input).succeeded();
    ran.says("## Boil {data-minutes=1.0}")
        .says("## Pour {#pour data-minutes=2.0}");
    ran.says("About 3 minutes · 1 for what stands under Further");
}

#[test]
fn an_agenda_that_overruns_is_told_and_the_pages_can_be_read() {
    let book = book(&AGENDA.replace("minutes = 30", "minutes = 20"));
    let told = "book/teaching.md:5: the agenda `short` takes 24 minutes, and has 20\n  help: take out 4 minutes or more";
    book.run(["build"]).succeeded().says(told);
    book.run(["check"]).failed().says(told);
    book.run(["agenda"])
        .failed()
        .says(told)
        .says("the end: 4 minutes too late");
    let page = book.read("target/book/teaching.html");
    assert!(page.contains("takes 24 minutes, and has 20"), "{page}");
}

#[test]
fn an_agenda_that_names_what_is_not_there_is_told() {
    for (from, to, told) in [
        (
            "page = \"tea\"",
            "page = \"teas\"",
            "book/teaching.md:15: there is no page `teas`\n  help: did you mean `tea`?",
        ),
        (
            "[\"pour\"]",
            "[\"poor\"]",
            "book/teaching.md:22: the page `tea` has no section `poor`\n  help: did you mean `pour`?",
        ),
        (
            "demo = \"tea/pour\"",
            "demo = \"tea/poor\"",
            "book/teaching.md:26: unknown snippet `tea/poor`",
        ),
        (
            "demo =",
            "exercise =",
            "book/teaching.md:26: unknown exercise `tea/pour`",
        ),
        (
            "demo =",
            "dmo =",
            "book/teaching.md:27: the agenda is not as it should be: unknown field `dmo`",
        ),
        (
            "pause = 10",
            "pause = 10\ntalk = 1",
            "book/teaching.md:19: nobody talks in a pause",
        ),
    ] {
        let book = book(&AGENDA.replacen(from, to, 1));
        for command in ["build", "check", "agenda"] {
            book.run([command]).failed().says(told);
        }
    }
    let book = book(AGENDA);
    book.run(["agenda", "shirt"])
        .failed()
        .says("there is no agenda `shirt`\n  help: did you mean `short`?");
    book.run(["agenda", "--from", "nine"])
        .says("`nine` is no time of the day, as 09:00 is");
}

#[test]
fn minutes_of_what_is_not_there_are_told() {
    for (directive, told) in [
        (
            "{{#minutes teas}}",
            "there is no page `teas`\n  help: did you mean `tea`?",
        ),
        (
            "{{#minutes tea#poor}}",
            "the page `tea` has no section `poor`",
        ),
        (
            "{{#minutes tea exercises}}",
            "nothing on the page `tea` takes time in that part",
        ),
        (
            "{{#minutes tea core}}",
            "minutes takes a page, and a part if you like",
        ),
        (
            "{{#minutes tea#pour further}}",
            "a section has no such part",
        ),
    ] {
        let book = book(AGENDA);
        book.replace("book/teaching.md", "{{#minutes tea}}", directive);
        book.run(["build"])
            .failed()
            .says("book/teaching.md:3: ")
            .says(told);
    }
}
