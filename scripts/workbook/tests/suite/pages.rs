//! The built pages: what directives become, what is marked, and what hostile output cannot do.

use std::io::Write;
use std::process::Stdio;
use std::time::Instant;

use serde_json::{Value, json};
use snapbox::{assert_data_eq, file};

use crate::book::{Book, POUR, Ran};

const PARTS: &str = r#"//! Watch the cup.

fn main() {
    // part: tea
    let cup = "a cup of <milk> & tea";
    // end: tea
    println!("pours {cup} of 1,250 ml");
}
"#;

/// The page of the chapter `tea`, built.
fn page(book: &Book) -> String {
    book.read("target/book/tea.html")
}

/// What stands between the first `from` and the next `to`.
#[track_caller]
fn between<'a>(text: &'a str, from: &str, to: &str) -> &'a str {
    let start = text
        .find(from)
        .unwrap_or_else(|| panic!("no `{from}` in\n{text}"));
    let rest = &text[start + from.len()..];
    let end = rest
        .find(to)
        .unwrap_or_else(|| panic!("no `{to}` after `{from}` in\n{text}"));
    &rest[..end]
}

/// What a reader sees of a piece of HTML.
fn seen(html: &str) -> String {
    let tags = regex::Regex::new("<[^>]*>").expect("it is valid");
    let codes = regex::Regex::new("&#([0-9]+);").expect("it is valid");
    let text = tags.replace_all(html, "");
    let text = codes.replace_all(&text, |code: &regex::Captures<'_>| {
        let code = code[1].parse().ok().and_then(char::from_u32);
        code.expect("a character").to_string()
    });
    let names = [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&nbsp;", "\u{a0}"),
        ("&amp;", "&"),
    ];
    names
        .iter()
        .fold(text.into_owned(), |text, (name, c)| text.replace(name, c))
}

/// The lines of the first recorded output on a page, each after the time at which it came.
fn output(html: &str) -> Vec<String> {
    let output = between(html, "aria-label=\"Recorded output\">", "</pre>");
    let time = regex::Regex::new("^[0-9]+\\.[0-9]{3}").expect("it is valid");
    let lines = seen(output);
    let lines = lines.trim_end_matches('\n').split('\n');
    lines
        .map(|line| time.replace(line, "").into_owned())
        .collect()
}

/// What a page shows, a tag a line.
fn whole(html: &str) -> String {
    let main = between(html, "<main>", "</main>");
    main.trim().replace("><", ">\n<") + "\n"
}

/// Says that a run was made on this machine, and cost so much.
fn made(recording: &mut Value, wall: f64) {
    recording["made_on"] = json!({ "rustc": "1.95.0", "os": "linux", "cores": 2 });
    recording["figures"] = json!({
        "wall": wall, "user": wall / 4.0, "system": 0.001, "max_rss": 3_141_632, "threads": 2,
        "voluntary_switches": 3, "involuntary_switches": 5,
    });
}

#[test]
fn directives_become_what_they_stand_for() {
    let book = Book::new()
        .with("tea/main", "", POUR)
        .with("tea/parts", "", PARTS)
        .with(
            "tea/refused",
            "fails = \"E0308\"",
            "fn main() {\n    let cup: u32 = \"tea\";\n}\n",
        );
    book.run(["record"]).succeeded();
    for (id, wall, at, text) in [
        ("tea/main", 0.75, 0.5, "poured"),
        (
            "tea/parts",
            1.5,
            1.25,
            "pours a cup of <milk> & tea of 1,250 ml",
        ),
    ] {
        book.rewrite(id, |recording| {
            made(recording, wall);
            recording["lines"] = json!([{ "t": at, "stream": "out", "text": text }]);
        });
    }
    book.rewrite("tea/refused", |recording| {
        recording["made_on"] = json!({ "rustc": "1.95.0", "os": "linux", "cores": 2 });
        recording["compiler"] = json!(["error[E0308]: mismatched types", " --> <here>"]);
    });
    book.write(
        "chapters/tea/src/leaves.rs",
        "fn leaves() {\n    // part: leaf\n    let leaf = 1;\n    // end: leaf\n}\n",
    );
    book.write(
        "scripts/workbook/src/pot.rs",
        "mod pot {\n    // part: lid\n    fn lid() {}\n    // end: lid\n}\n",
    );
    book.write(
        "book/tea.md",
        "# Tea\n\n## Code\n\n{{#snippet tea/main run=no}}\n\n## Run\n\n{{#snippet tea/main code=no}}\n\n\
         ## Part\n\n{{#snippet tea/parts part=tea run=no}}\n\n## Change\n\n{{#diff tea/main tea/parts}}\n\n\
         ## Refused\n\n{{#snippet tea/refused}}\n\n\
         ## Library\n\n{{#source tea/leaves.rs part=leaf}}\n\n## All\n\n{{#source tea/leaves.rs}}\n\n\
         ## Tool\n\n{{#source scripts/workbook/src/pot.rs part=lid}}\n\n\
         ## Compared\n\n{{#compare tea/main tea/parts}}\n\n\
         ## Words\n\nIt printed {{#value tea/main lines}} line in {{#value tea/main wall}}, of \
         {{#value tea/parts says /([\\d,]+) ml/}} ml, {{#value tea/main wall / tea/parts wall}} times as long, \
         and {{#fact 2 MiB}}, not `{{#fact 3 MiB}}`.\n\n\
         ## Asked\n\n```predict\nask = \"How long, with `sleep`?\"\nrun = \"tea/parts\"\n\
         why = \"It took {{#value tea/parts wall}}.\"\n\n[[choice]]\nsay = \"a second\"\nwhen = \"wall < 1.1\"\n\n\
         [[choice]]\nsay = \"*more*\"\nwhen = \"wall > 1.1\"\n```\n\n{{#snippet tea/parts code=no}}\n",
    );
    book.run(["build"])
        .succeeded()
        .says("built target/book/index.html");
    assert_data_eq!(whole(&page(&book)), file!["pages/directives.html"]);
}

#[test]
fn a_timeline_is_drawn_with_all_that_can_happen_in_it() {
    let book = Book::new().with("tea/main", "", POUR);
    book.run(["record"]).succeeded();
    book.rewrite("tea/main", |recording| {
        made(recording, 2.0);
        recording["timeline"] = json!([
            {
                "name": "tea <1>", "from": 0.0, "to": 1.5, "end": "ready", "polls": 2, "wakes": [1.25],
                "bars": [
                    { "from": 0.0, "to": 0.25, "cpu": 0.25, "thread": 0 },
                    { "from": 1.25, "to": 1.5, "cpu": 0.0, "thread": 1 },
                ],
            },
            { "name": "tea 2", "from": 0.25, "to": 1.0, "end": "dropped", "polls": 0, "bars": [] },
            {
                "name": "tea 3", "from": 0.5, "to": 0.75, "end": "panicked", "polls": 1,
                "bars": [{ "from": 0.5, "to": 0.75, "cpu": 0.2, "thread": 0 }],
            },
            {
                "name": "tea 4", "from": 1.0, "to": 2.0, "end": "open", "polls": 1,
                "bars": [{ "from": 1.0, "cpu": 0.0, "thread": 0 }],
            },
            {
                "name": "tea 5", "from": 0.0, "to": 2.0, "end": "dropped", "polls": 2,
                "bars": [
                    { "from": 0.0, "to": 0.0, "cpu": 0.0, "thread": 0 },
                    { "from": 1.6, "to": 1.6, "cpu": 0.0, "thread": 0 },
                ],
                "waits": [
                    { "for": "a place", "from": 0.0, "to": 1.6, "end": "got" },
                    { "for": "a tray", "from": 1.6, "to": 1.8, "end": "gave up" },
                    { "for": "a tray", "from": 1.9, "to": 2.0, "end": "open" },
                ],
            },
        ]);
    });
    book.run(["build"]).succeeded();
    let html = page(&book);
    let svg = between(&html, "<svg class=\"timeline\"", "<figcaption>");
    let svg = format!("<svg class=\"timeline\"{svg}\n").replace("><", ">\n<");
    assert_data_eq!(svg, file!["pages/timeline.svg"]);
}

#[test]
fn a_window_of_a_timeline_is_drawn_once_more() {
    let book = Book::new().with("tea/main", "", POUR);
    book.run(["record"]).succeeded();
    book.rewrite("tea/main", |recording| {
        made(recording, 2.0);
        recording["timeline"] = json!([
            {
                "name": "tea 1", "from": 0.0, "to": 1.00025, "end": "ready", "polls": 2, "wakes": [1.0],
                "bars": [
                    { "from": 0.0, "to": 0.0001, "cpu": 0.0, "thread": 0 },
                    { "from": 1.0001, "to": 1.00025, "cpu": 0.0, "thread": 0 },
                ],
            },
            {
                "name": "tea 2", "from": 1.0003, "to": 2.0, "end": "dropped", "polls": 1,
                "bars": [{ "from": 1.0003, "to": 1.0004, "cpu": 0.0, "thread": 0 }],
                "waits": [{ "for": "a place", "from": 1.0004, "to": 2.0, "end": "gave up" }],
            },
            {
                "name": "tea 3", "from": 0.0, "to": 2.0, "end": "ready", "polls": 1,
                "bars": [{ "from": 0.0, "to": 0.0001, "cpu": 0.0, "thread": 0 }],
            },
        ]);
    });
    let (plain, closer) = (
        "{{#snippet tea/main}}",
        "{{#snippet tea/main closer=\"wake(tea 1, 1) to poll(tea 2, 1) ± 100 µs\"}}",
    );
    book.replace("book/tea.md", plain, closer);
    book.run(["build"]).succeeded();
    let html = page(&book);
    let svg = between(&html, "<svg class=\"timeline\"", "<figcaption>");
    let svg = format!("<svg class=\"timeline\"{svg}\n").replace("><", ">\n<");
    assert_data_eq!(svg, file!["pages/closer.svg"]);
}

#[test]
fn a_value_is_rounded_for_reading_and_says_where_it_comes_from() {
    let book = Book::still();
    let path = "chapters/tea/recordings/pour.json";
    let figures = book.recording("tea/pour")["figures"]["wall"].to_string();
    book.replace(path, &format!("\"wall\": {figures}"), "\"wall\": 1.00321");
    book.append("book/tea.md", "\nIt took {{#value tea/pour wall}}.\n");
    book.run(["build"]).succeeded();
    let html = page(&book);
    let value = between(&html, "It took <span class=\"from-run\"", "</span>");
    assert!(
        value.contains("title=\"wall of tea/pour, recorded\""),
        "{value}"
    );
    assert_eq!(seen(&format!("<{value}")), "1.00\u{a0}s");
}

#[test]
fn a_stale_recording_is_marked_and_the_page_is_built() {
    let book = Book::still();
    book.replace("chapters/tea/examples/pour.rs", "\"poured\"", "\"spilt\"");
    let ran = book.run(["build"]).succeeded();
    ran.says("the recording of `tea/pour` is stale");
    let html = page(&book);
    let (sound, stale) = html
        .split_once("data-snippet=\"tea/pour\"")
        .expect("it is there");
    let mark = seen(between(stale, "<p class=\"stale\" role=\"note\">", "</p>"));
    assert_eq!(
        mark,
        "This recording is stale: `chapters/tea/examples/pour.rs` has changed. Run cargo workbook record tea/pour."
    );
    assert!(!sound.contains("class=\"stale\""), "only the one is stale");
    assert_eq!(output(stale), ["poured"]);
}

#[test]
fn a_missing_recording_is_marked_and_the_page_is_built() {
    let book = Book::still();
    book.remove("chapters/tea/recordings/pour.json");
    book.run(["build"])
        .succeeded()
        .says("`tea/pour` has no recording");
    let html = page(&book);
    assert!(html.contains("tea/pour is not recorded yet"), "{html}");
    assert!(html.contains("println!"), "its code is there all the same");
}

#[test]
fn a_misspelt_directive_fails_the_build() {
    let book = Book::still();
    book.append("book/tea.md", "\n{{#snipet tea/pour}}\n");
    let ran = book.run(["build"]).failed();
    ran.says("book/tea.md:7: `{{#snipet tea/pour}}`: unknown directive `snipet`\n  help: ");
    ran.says("1 problem in the pages")
        .never_says("built target");
}

#[test]
fn building_leaves_the_sources_alone() {
    let book = Book::still();
    let before = book.files();
    book.run(["build"]).succeeded();
    book.run(["build"]).succeeded();
    assert_eq!(book.files(), before);
}

const HOSTILE: [&str; 12] = [
    "</pre></figure><script>alert(1)</script><pre>",
    "",
    "<!-- a comment that never ends",
    "**bold** _soft_ `code` ``` [link](https://a.example) ~~gone~~",
    "&lt; &amp; &#42; \\*",
    "{{#snippet tea/main}} {{#fact 1}} $x$ \\(x\\)",
    "    indented | and | piped",
    "# a heading",
    "- a list",
    "```",
    "",
    "<b>\u{1b}[31mred\u{1b}[0m \u{7}bell\u{0}\r gone\u{202e}",
];

#[test]
fn hostile_output_stays_text() {
    let program = format!(
        "fn main() {{\n    for line in {HOSTILE:?} {{\n        println!(\"{{line}}\");\n    }}\n}}\n"
    );
    // As text in the program it is hostile to the listing, too.
    let fit = |c: char| !c.is_control() && c != '\u{202e}';
    let source = HOSTILE.map(|line| {
        format!(
            "// {}",
            line.chars().filter(|c| fit(*c)).collect::<String>()
        )
    });
    let source = source.join("\n");
    let book = Book::new().with("tea/main", "", &format!("{program}\n{source}\n"));
    book.append("book/tea.md", "\n## After *it*\n\nThe last **words**.\n");
    book.run(["record"]).succeeded();
    book.run(["build"]).succeeded();
    let html = page(&book);

    let mut shown = HOSTILE;
    // As a terminal leaves it: what comes after \r stands over what was there.
    shown[11] = " goned bell␀";
    assert_eq!(output(&html), shown);
    let code = seen(between(&html, "<code class=\"language-rust", "</code>"));
    for line in source.lines().map(str::trim_end) {
        assert!(code.contains(line), "{line} is not in\n{code}");
    }
    for markup in [
        "<script>alert",
        "<b>",
        "<!-- a comment",
        "<del>",
        "href=\"https://a.example",
        "\u{1b}",
    ] {
        assert!(!html.contains(markup), "`{markup}` is markup");
    }
    // The page after it is whole: nothing swallowed it, nothing is left open.
    let after = between(&html, "<h2 id=\"after-it\">", "</main>");
    assert!(after.contains("After <em>it</em>"), "{after}");
    assert!(
        after.contains("<p>The last <strong>words</strong>.</p>"),
        "{after}"
    );
    let main = between(&html, "<main>", "</main>");
    for tag in ["pre", "figure", "span", "p", "code"] {
        let (opened, closed) = (format!("<{tag}[ >]"), format!("</{tag}>"));
        let opened = regex::Regex::new(&opened)
            .expect("it is valid")
            .find_iter(main)
            .count();
        assert_eq!(opened, main.matches(&closed).count(), "{tag} in\n{main}");
    }
}

/// Where in a recording strings stand.
fn strings(value: &Value, at: &str, found: &mut Vec<String>) {
    match value {
        Value::String(_) => found.push(at.to_owned()),
        Value::Array(items) => {
            let items = items.iter().enumerate();
            items.for_each(|(n, item)| strings(item, &format!("{at}/{n}"), found));
        }
        Value::Object(fields) => {
            let fields = fields.iter();
            let name = |name: &str| name.replace('~', "~0").replace('/', "~1");
            fields.for_each(|(it, field)| strings(field, &format!("{at}/{}", name(it)), found));
        }
        _ => {}
    }
}

#[test]
fn no_string_of_a_recording_is_markup() {
    const MARKUP: &str = "<img src=x onerror=alert(1)>\" onclick=\"alert(1) *y* {{#fact z}}";
    let book = Book::new().with("tea/main", "", POUR);
    book.append(
        "book/tea.md",
        "\n{{#compare tea/main tea/main}}\n\nIt said {{#value tea/main says /(p.*d|<.*)/}}, and was polled \
         {{#value tea/main polls(<img src=x onerror=\"1\">)}} times.\n",
    );
    book.run(["record"]).succeeded();
    book.rewrite("tea/main", |recording| {
        made(recording, 1.0);
        recording["compiler"] = json!(["warning: tea"]);
        recording["lines"] = json!([
            { "t": 0.1, "stream": "out", "text": "poured" },
            { "t": 0.2, "stream": "err", "text": "spilt" },
        ]);
        let lane = |name: &str| {
            json!({
                "name": name, "from": 0.0, "to": 0.5, "end": "ready", "polls": 1, "wakes": [0.1],
                "bars": [{ "from": 0.0, "to": 0.25, "cpu": 0.25, "thread": 0 }],
            })
        };
        recording["timeline"] = json!([lane("tea 1"), lane("<img src=x onerror=\"1\">")]);
    });
    let markup = regex::Regex::new("<img|<em>y|<[^>]* on(click|error)=[^&]").expect("it is valid");
    let sound = book.recording("tea/main");
    let mut places = Vec::new();
    strings(&sound, "", &mut places);
    for must in ["/made_on/os", "/ending", "/timeline/0/name", "/command"] {
        assert!(places.iter().any(|it| it == must), "{must} in {places:?}");
    }
    let cases = places.iter().map(|place| (place.as_str(), MARKUP.into()));
    let endings = ["signal ", "refused ", "refused E0", "exit "];
    let endings = endings.map(|start| ("/ending", format!("{start}{MARKUP}")));
    for (place, text) in cases.chain(endings) {
        book.rewrite("tea/main", |recording| {
            *recording = sound.clone();
            *recording.pointer_mut(place).expect("it is there") = text.clone().into();
        });
        // Some are no recordings any more: then the page says so.
        let built = book.run(["build"]);
        let html = page(&book);
        let main = between(&html, "<main>", "</main>");
        let markup = markup.find(main);
        assert!(
            markup.is_none(),
            "{markup:?} by {place} = {text}\n{built:?}"
        );
        if text.starts_with("signal") {
            let words = between(main, "<span class=\"ending\">", "</span>");
            assert_eq!(seen(words), format!("ended by the signal SIG{MARKUP}"));
        }
        if place == "/made_on/os" {
            let words = between(main, "<p class=\"recorded\">", "</p>");
            assert!(seen(words).contains(MARKUP), "{words}");
        }
    }
}

/// The tool as mdBook calls it.
pub(crate) fn preprocess(book: &Book, args: &[&str], input: &str) -> Ran {
    let mut tool = book.tool(["preprocess"].iter().chain(args));
    let tool = tool
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let start = Instant::now();
    let mut tool = tool.spawn().expect("it starts");
    let mut pipe = tool.stdin.take().expect("it is piped");
    // A tool that does not read has closed its end.
    let _ = pipe.write_all(input.as_bytes());
    drop(pipe);
    let output = tool.wait_with_output().expect("it ends");
    Ran::new(output, start.elapsed())
}

/// What mdBook 0.5 sends: the context, and a book with the page of `tea`, a draft and a separator.
pub(crate) fn sent(book: &Book, text: &str) -> (String, Value) {
    let chapter = |name: &str, path: Value, text: &str| {
        json!({ "Chapter": {
            "name": name, "content": text, "number": [1], "sub_items": [], "path": path,
            "source_path": path, "parent_names": [],
        }})
    };
    let pages = json!({ "items": [
        chapter("Tea", json!("tea.md"), text),
        "Separator",
        { "PartTitle": "Later {{#fact 1}}" },
        chapter("A draft", Value::Null, ""),
    ]});
    let config = json!({ "book": { "title": "A small book", "src": "book" } });
    let root = book.path("").display().to_string();
    let context =
        json!({ "root": root, "config": config, "renderer": "html", "mdbook_version": "0.5.4" });
    (json!([context, pages]).to_string(), pages)
}

#[test]
fn stock_mdbook_gets_its_book_filled_in() {
    let book = Book::still();
    let text = "# Tea\n\n{{#snippet tea/pour}}\n\nIt printed {{#value tea/pour lines}} line.\n";
    let (input, mut expect) = sent(&book, text);
    let ran = preprocess(&book, &[], &input).succeeded();
    let mut filled: Value = serde_json::from_str(&ran.stdout).expect("the book comes back");
    let content = filled["items"][0]["Chapter"]["content"].take();
    let content = content.as_str().expect("text");
    assert!(content.starts_with("# Tea\n\n"), "{content}");
    assert!(
        content.contains("\n```rust\n//! Watch the cup.\n"),
        "{content}"
    );
    assert!(
        content.contains("<figure class=\"run\" data-snippet=\"tea/pour\" data-wall="),
        "{content}"
    );
    assert!(content.contains(">1</span> line.\n"), "{content}");
    assert!(!content.contains("{{#"), "{content}");
    // Nothing else has changed.
    expect["items"][0]["Chapter"]["content"].take();
    assert_eq!(filled, expect);
}

#[test]
fn stock_mdbook_is_told_of_a_misspelt_directive() {
    let book = Book::still();
    let (input, _) = sent(&book, "# Tea\n\n{{#snipet tea/pour}}\n");
    let ran = preprocess(&book, &[], &input).failed();
    ran.says("book/tea.md:3: `{{#snipet tea/pour}}`: unknown directive `snipet`");
    assert_eq!(ran.stdout, "", "half a book is no book");
}

#[test]
fn what_is_no_book_is_refused_in_plain_words() {
    let book = Book::still();
    for garbage in ["", "tea", "[]", "[{}, {}]", "{\"items\": []}"] {
        let ran = preprocess(&book, &[], garbage).failed();
        ran.says(
            "error: failed to read a book from standard input: this command is for mdBook to call",
        );
        ran.never_says("panicked");
        assert_eq!(ran.stdout, "");
    }
}

#[test]
fn only_html_can_be_filled_in() {
    let book = Book::still();
    preprocess(&book, &["supports", "html"], "").succeeded();
    let ran = preprocess(&book, &["supports", "latex"], "").failed();
    assert_eq!((ran.stdout.as_str(), ran.stderr.as_str()), ("", ""));
}
