//! A small book with all that a reader can do on a page, in its real clothes. What its runs show and when is written
//! down here, not recorded: a test knows what to see at which moment.

use std::sync::OnceLock;

use serde_json::{Value, json};

use crate::book::Book;
use crate::site::clone;

/// Seconds at which the lines of `tea/main` came. It took two.
pub(crate) const LINES: [f64; 5] = [0.0, 0.4, 0.8, 1.2, 1.6];
pub(crate) const WALL: f64 = 2.0;
/// Seconds that `tea/quick` took.
pub(crate) const QUICK: f64 = 0.01;

/// The book: a page on tea with two questions, and one on cups with a third.
pub(crate) fn book() -> Book {
    static FILES: OnceLock<Vec<(String, String)>> = OnceLock::new();
    let files = FILES.get_or_init(|| {
        let book = Book::new()
            .with("tea/main", "claims = [\"lines = 5\"]", &program(5))
            .with("tea/quick", "claims = [\"lines = 3\"]", &program(3))
            .with("cups/main", "claims = [\"lines = 1\"]", &program(1));
        book.write("book/tea.md", &tea());
        book.write("book/cups.md", &cups());
        dress(&book);
        book.run(["record"]).succeeded();
        rewrite(&book, "tea/main", WALL, &LINES);
        rewrite(&book, "tea/quick", QUICK, &[0.001, 0.005, 0.009]);
        book.files()
    });
    let book = Book::new();
    for (path, text) in files {
        book.write(path, text);
    }
    book
}

/// Gives a book the script and style of the real one.
pub(crate) fn dress(book: &Book) {
    let assets = clone().join("book/assets");
    for name in [
        "workbook.css",
        "workbook.js",
        "present.js",
        "present.css",
        "live.js",
        "exercises.js",
        "class.js",
        "editor.js",
    ] {
        let text = std::fs::read_to_string(assets.join(name)).expect(name);
        book.write(&format!("book/assets/{name}"), &text);
    }
    let worn = "[output.html]\nadditional-css = [\"book/assets/workbook.css\"]\n\
                additional-js = [\"book/assets/workbook.js\"]\n\n[output.html.playground]";
    book.replace("book.toml", "[output.html.playground]", worn);
}

fn program(lines: usize) -> String {
    format!(
        "//! Count the cups.\n\nfn main() {{\n    for n in 1..={lines} {{\n        println!(\"cup {{n}}\");\n    }}\n}}\n"
    )
}

fn question(ask: &str, run: &str, right: usize) -> String {
    format!(
        "```predict\nask = \"{ask}\"\nrun = \"{run}\"\nwhy = \"It is in the program.\"\n\n\
         [[choice]]\nsay = \"none\"\nwhen = \"lines = 0\"\n\n\
         [[choice]]\nsay = \"so many\"\nwhen = \"lines = {right}\"\n\n\
         [[choice]]\nsay = \"hundreds\"\nwhen = \"lines > 99\"\n```\n"
    )
}

fn tea() -> String {
    let (many, few) = (
        question("How many cups?", "tea/main", 5),
        question("How many, quickly?", "tea/quick", 3),
    );
    format!(
        "# About tea\n\nBefore.\n\n{{{{#snippet tea/main run=no}}}}\n\n{many}\n{{{{#snippet tea/main code=no closer=\"wake(kettle, 1) ± 200 ms\"}}}}\n\n\
         Five, as we saw.\n\n{{{{#compare tea/main tea/quick}}}}\n\n## Quickly\n\nBetween.\n\n\
         {{{{#snippet tea/quick run=no}}}}\n\n{few}\n{{{{#snippet tea/quick code=no}}}}\n\nThree, as we saw.\n\n\
         ## After\n\nThe end.\n"
    )
}

fn cups() -> String {
    let one = question("How many cups here?", "cups/main", 1);
    format!(
        "# About cups\n\n{{{{#snippet cups/main run=no}}}}\n\n{one}\n{{{{#snippet cups/main code=no}}}}\n\nOne.\n"
    )
}

/// Says what a run showed and when, with one lane from its start to its end.
fn rewrite(book: &Book, id: &str, wall: f64, times: &[f64]) {
    let line = |(n, t): (usize, &f64)| json!({ "t": t, "stream": "out", "text": format!("cup {}", n + 1) });
    book.rewrite(id, |recording| {
        recording["lines"] = Value::Array(times.iter().enumerate().map(line).collect());
        recording["figures"]["wall"] = wall.into();
        recording["timeline"] = json!([{
            "name": "kettle", "from": 0.0, "to": wall, "end": "ready", "polls": 1, "wakes": [0.5 * wall],
            "bars": [{ "from": 0.0, "to": wall, "cpu": wall, "thread": 0 }],
        }]);
    });
}
