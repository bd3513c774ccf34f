//! `paper`: what is printed, as a browser is given it, and what is said where nothing can be printed. The browser is a
//! script, which keeps the documents and prints a PDF that was there before; `tests/browser/paper.rs` has a real one.

use std::collections::BTreeSet;
use std::os::unix::fs::PermissionsExt;
use std::process::Stdio;
use std::time::Duration;

use regex::Regex;

use crate::book::{Book, Ran, soon};
use crate::workshop::Draft;

/// Two pages, on the second of which the answers are.
const PDF: &str = "%PDF-1.4
1 0 obj
<</Type /Catalog
/Pages 2 0 R
/Dests 5 0 R>>
endobj
2 0 obj
<</Type /Pages
/Count 2
/Kids [3 0 R 4 0 R]>>
endobj
3 0 obj
<</Type /Page
/Parent 2 0 R>>
endobj
4 0 obj
<</Type /Page
/Parent 2 0 R>>
endobj
5 0 obj
<</tea [3 0 R /XYZ 6 800 0]
/tea--first [3 0 R /XYZ 6 800 0]
/tea--second [3 0 R /XYZ 6 800 0]
/cups [3 0 R /XYZ 6 800 0]
/back-hints [3 0 R /XYZ 6 800 0]
/back-solutions [3 0 R /XYZ 6 800 0]
/back-links [3 0 R /XYZ 6 800 0]
/tea--pour--hints [3 0 R /XYZ 6 800 0]
/tea--pour--solution [3 0 R /XYZ 6 800 0]
/back-answers [4 0 R /XYZ 6 800 0]
/tea--answer-1 [4 0 R /XYZ 6 700 0]>>
endobj
";

const QUESTION: &str = "```predict
ask = \"How many lines?\"
run = \"tea/pour\"
why = \"Herrings said so.\"

[[choice]]
say = \"fewer than two\"
when = \"lines < 2\"

[[choice]]
say = \"two or [more](https://example.org/more)\"
when = \"lines >= 2\"
```
";

/// With its table of where each object is.
fn pdf() -> String {
    let starts = Regex::new(r"(?m)^\d+ 0 obj").expect("it is valid");
    let starts: Vec<_> = starts.find_iter(PDF).map(|it| it.start()).collect();
    let mut table = format!("xref\n0 {}\n0000000000 65535 f \n", starts.len() + 1);
    for start in starts {
        table += &format!("{start:010} 00000 n \n");
    }
    format!(
        "{PDF}{table}trailer\n<</Size 6\n/Root 1 0 R>>\nstartxref\n{}\n%%EOF\n",
        PDF.len()
    )
}

/// A book with a question, an exercise, and a browser.
fn book() -> Book {
    let book = Book::still();
    let page = format!(
        "# About tea\n\nSee [cups](cups.md), and **[this](cups.md)**.\n\n## First\n\n{{{{#snippet tea/pour run=no}}}}\n\n\
         {QUESTION}\n{{{{#snippet tea/pour code=no}}}}\n\nAfterwards.\n\n## Second\n\n{{{{#snippet tea/main}}}}\n\n\
         {{{{#exercise tea/pour}}}}\n"
    );
    book.write("book/tea.md", &page);
    let draft = Draft::sound("pour");
    let entry = format!(
        "\n[package.metadata.workbook.exercise.pour]\n{}",
        draft.entry
    );
    book.append("chapters/tea/Cargo.toml", &entry);
    for (file, text) in &draft.files {
        book.write(&format!("chapters/tea/exercises/pour/{file}"), text);
    }
    book.write("canned.pdf", &pdf());
    browser(
        &book,
        "for it in \"$@\"; do case \"$it\" in --print-to-pdf=*) pdf=\"${it#*=}\";; file://*) page=\"${it#file://}\";; \
         esac; done\ncp \"$page\" SEEN; cp SEEN/canned.pdf \"$pdf\"",
    );
    book
}

fn browser(book: &Book, script: &str) {
    let seen = book.path("").display().to_string();
    let script = script.replace("SEEN", seen.trim_end_matches('/'));
    book.write("browser", &format!("#!/bin/sh\n{script}\n"));
    let mode = std::fs::Permissions::from_mode(0o755);
    std::fs::set_permissions(book.path("browser"), mode).expect("it was just written");
}

fn paper<'a>(book: &Book, args: impl IntoIterator<Item = &'a str>) -> Ran {
    let browser = book.path("browser").display().to_string();
    let args = args.into_iter().map(str::to_owned);
    let own = ["paper", "--browser", &browser].map(str::to_owned);
    book.run(own.into_iter().chain(args))
}

/// The files in the folder of the PDFs.
fn printed(book: &Book) -> Vec<String> {
    let files = std::fs::read_dir(book.path("target/paper"));
    let files = files.into_iter().flatten().flatten();
    let mut files: Vec<_> = files
        .map(|it| it.file_name().display().to_string())
        .collect();
    files.sort();
    files
}

fn all<'a>(pattern: &str, text: &'a str) -> Vec<&'a str> {
    let pattern = Regex::new(pattern).expect("it is valid");
    let found = pattern.captures_iter(text);
    found
        .map(|it| it.get(1).expect("a group").as_str())
        .collect()
}

#[test]
fn the_book_is_printed_with_its_answers_at_the_end() {
    let book = book();
    let ran = paper(&book, []).succeeded();
    ran.says("book.pdf, 2 pages");
    assert_eq!(
        printed(&book),
        ["book.pdf", "worksheet-tea.pdf"],
        "there is nothing to write about cups"
    );
    assert_eq!(book.read("target/paper/book.pdf"), pdf());
    assert_eq!(book.left_behind(), [""; 0]);
    let html = book.read("paper-book.html");
    let (before, answers) = html
        .split_once("<h1>Answers</h1>")
        .expect("it has some answers");
    let (answers, hints) = answers.split_once("<h1>Hints</h1>").expect("hints");
    let (hints, solutions) = hints.split_once("<h1>Solutions</h1>").expect("solutions");
    let body = &before[before.find("<body").expect("a body")..];
    for answer in ["Herrings", "--example pour", "counted from 1", "(1..=cups)"] {
        assert!(!body.contains(answer), "{answer} in {body}");
    }
    assert!(answers.contains("Herrings said so.") && answers.contains("--example pour"));
    assert!(answers.contains("<p class=\"right\"><b>a</b> fewer than two</p>"));
    assert!(hints.contains("Cups are counted from 1."));
    assert!(solutions.contains("(1..=cups).collect()"));
    // The pages come in their order, and the contents name all that there is.
    let chapters = all("<section class=\"chapter\" id=\"([^\"]*)\"", &html);
    assert_eq!(chapters, ["tea", "cups"]);
    let contents = body.split("</nav>").next().expect("the contents");
    let listed: BTreeSet<_> = all("href=\"#([^\"]*)\"", contents).into_iter().collect();
    let wanted = [
        "back-answers",
        "back-hints",
        "back-links",
        "back-solutions",
        "cups",
        "tea",
        "tea--first",
        "tea--second",
    ];
    assert_eq!(listed, BTreeSet::from(wanted));
    // No two things have one name, and every link leads somewhere.
    let ids = all(" id=\"([^\"]*)\"", &html);
    let unique: BTreeSet<_> = ids.iter().copied().collect();
    assert_eq!(ids.len(), unique.len(), "{ids:?}");
    for target in all("href=\"#([^\"]*)\"", &html) {
        assert!(unique.contains(target), "{target} is nowhere in {unique:?}");
    }
    // Its place is where the browser has printed it.
    let answers_at =
        "<a class=\"at-page\" href=\"#back-answers\"><span class=\"number\">2</span></a>";
    assert!(contents.contains(answers_at), "{contents}");
    assert!(
        body.contains("Answer and run: <a class=\"at-page\" href=\"#tea--answer-1\">"),
        "{body}"
    );
    for control in [
        "<button",
        "tabindex",
        "<details",
        "data-told",
        "type=\"radio\"",
    ] {
        assert!(!html.contains(control), "{control}");
    }
}

#[test]
fn a_worksheet_has_nothing_that_answers() {
    let book = book();
    let ran = paper(&book, ["tea", "--letter"]).succeeded();
    ran.says("worksheet-tea.pdf");
    assert_eq!(printed(&book), ["tea.pdf", "worksheet-tea.pdf"]);
    let html = book.read("paper-worksheet-tea.html");
    let body = &html[html.find("<body").expect("a body")..];
    for asked in [
        "How many lines?",
        "fewer than two",
        "Watch the cup.",
        "Write <code>pour</code>",
        "line-to-write-on",
    ] {
        assert!(body.contains(asked), "{asked} is missing: {body}");
    }
    for answer in [
        "Herrings",
        "data-right",
        "class=\"run",
        "--example pour",
        "counted from 1",
        "(1..=cups)",
        "page ",
    ] {
        assert!(!body.contains(answer), "{answer} in {body}");
    }
    assert!(html.contains("@page { size: letter;"), "{html}");
    // The chapter by itself has all of it, and neither title nor contents.
    let chapter = book.read("paper-tea.html");
    assert!(chapter.contains("Herrings") && !chapter.contains("<nav"));
    assert!(!chapter.contains("href=\"#cups\""), "{chapter}");
}

#[test]
fn the_program_in_question_is_whole_where_the_page_has_a_diff() {
    let book = book();
    let shown = "{{#snippet tea/pour run=no}}";
    book.replace("book/tea.md", shown, "{{#diff tea/main tea/pour}}");
    paper(&book, ["tea"]).succeeded();
    let sheet = book.read("paper-worksheet-tea.html");
    assert!(sheet.contains("//! Watch the cup."), "{sheet}");
    assert!(!sheet.contains("language-diff"), "{sheet}");
}

#[test]
fn a_long_program_is_left_to_the_page() {
    let book = book();
    let source = "chapters/tea/examples/pour.rs";
    let short = book.read(source);
    // A page that shows the program, and one on which it has to be looked up.
    for shown in [
        "{{#snippet tea/pour run=no}}",
        "{{#diff tea/main tea/pour}}",
    ] {
        book.replace("book/tea.md", "{{#snippet tea/pour run=no}}", shown);
        for (lines, is_there) in [(60, true), (61, false)] {
            let more = lines - short.lines().count();
            book.write(source, &(short.clone() + &"// more\n".repeat(more)));
            paper(&book, ["tea"]).succeeded();
            let sheet = book.read("paper-worksheet-tea.html");
            assert_eq!(sheet.contains("//! Watch the cup."), is_there, "{sheet}");
            let says = sheet.contains("The program has 61 lines: read it on the chapter's page");
            assert_eq!(says, !is_there, "{sheet}");
            assert!(sheet.contains("How many lines?"), "{sheet}");
        }
    }
}

#[test]
fn letters_are_as_large_as_the_longest_line_and_half_a_page_allow() {
    let book = book();
    let source = "chapters/tea/examples/pour.rs";
    let short = book.read(source);
    let size = |more: &str| -> f64 {
        book.write(source, &(short.clone() + more));
        paper(&book, ["tea"]).succeeded();
        let sheet = book.read("paper-worksheet-tea.html");
        let sizes = all("--code-font-size: ([0-9.]+)pt\"", &sheet);
        assert_eq!(sizes.len(), 1, "{sizes:?}");
        sizes[0].parse().expect("a number")
    };
    let (usual, wide) = (size(""), size(&format!("// {}\n", "<".repeat(77))));
    let (half, more) = (size(&"//\n".repeat(43)), size(&"//\n".repeat(53)));
    assert_eq!(usual, 7.4);
    assert!((6.0..7.0).contains(&wide), "{wide}");
    assert!((5.8..7.0).contains(&half), "{half}");
    assert_eq!(more, usual, "two of these do not stand on a page");
}

#[test]
fn an_unknown_chapter_is_told() {
    let book = book();
    let ran = paper(&book, ["tee", "cups"]).failed();
    ran.says("error: unknown chapter `tee`\n  help: did you mean `tea`?");
    assert_eq!(printed(&book), [""; 0]);
}

#[test]
fn a_page_that_cannot_be_read_is_not_printed() {
    let book = book();
    book.append("book/cups.md", "\n{{#snipet tea/main}}\n");
    let ran = paper(&book, []).failed();
    ran.says("unknown directive `snipet`");
    ran.says("1 problem in the pages");
    assert_eq!(printed(&book), [""; 0]);
}

#[test]
fn a_browser_that_fails_or_hangs_is_told_and_leaves_nothing() {
    let book = book();
    for (script, words) in [
        (
            "echo no display >&2; exit 3",
            "printed nothing; it said:\n    no display\n  help: name another with --browser PATH",
        ),
        (
            "echo No usable sandbox! >&2; exit 1",
            "help: it cannot shut itself in here",
        ),
        ("exit 0", "printed nothing\n  help: "),
        (
            "sleep 60",
            "was stopped: it had printed nothing after 0.5 s\n  help: try once more, give it more time with --deadline",
        ),
        (
            "for it in \"$@\"; do case \"$it\" in --print-to-pdf=*) echo no >\"${it#*=}\";; esac; done",
            "has printed what is no PDF of Chromium's",
        ),
        (
            "for it in \"$@\"; do case \"$it\" in --print-to-pdf=*) pdf=\"${it#*=}\";; esac; done\n\
             cp SEEN/canned.pdf \"$pdf\"; echo '%Skia/PDF m99' >>\"$pdf\"",
            "is version 99, and numbers no pages\n  help: version 131 and later do",
        ),
        (
            "for it in \"$@\"; do case \"$it\" in --print-to-pdf=*) pdf=\"${it#*=}\";; esac; done\n\
             sed 's/cups/pucs/' SEEN/canned.pdf >\"$pdf\"",
            "does not say on which page `cups` is",
        ),
    ] {
        browser(&book, script);
        let ran = paper(&book, ["--deadline", "0.5"]).failed();
        ran.says(words);
        assert_eq!(printed(&book), [""; 0], "{script}");
        assert_eq!(book.left_behind(), [""; 0], "{script}");
    }
}

#[test]
fn a_browser_that_is_not_there_is_told() {
    let book = book();
    let ran = book.run(["paper", "--browser", "no/such/browser"]).failed();
    ran.says("error: there is no program `no/such/browser`, which --browser names\n  help: ");
    let mut tool = book.tool(["paper"]);
    let ran = Ran::of(tool.env("CHROME", "nowhere")).failed();
    ran.says("error: there is no program `nowhere`, which the variable CHROME names");
    // Elsewhere it may be installed where no PATH leads.
    if cfg!(target_os = "linux") {
        let mut tool = book.tool(["paper"]);
        let ran = Ran::of(tool.env_remove("CHROME").env("PATH", book.path("chapters"))).failed();
        ran.says("error: there is no browser that can print: neither Chromium nor Chrome nor Edge is here\n  help: ");
        ran.says("chromium");
    }
}

#[test]
fn a_folder_that_cannot_be_written_is_told_before_anything_is_done() {
    let book = book();
    book.write("target/paper", "");
    let ran = paper(&book, []).failed();
    ran.says("nothing can be written to the folder `");
    ran.says("help: name another with --out FOLDER");
    assert!(!book.path("paper-book.html").exists());
}

#[test]
fn what_was_printed_before_stays_where_the_next_fails() {
    let book = book();
    paper(&book, ["tea"]).succeeded();
    browser(&book, "exit 1");
    paper(&book, ["tea"]).failed();
    assert_eq!(book.read("target/paper/tea.pdf"), pdf());
}

#[test]
fn an_interrupt_ends_the_browser_too() {
    use nix::sys::signal::{Signal, kill};
    let book = book();
    browser(&book, "echo $$ >SEEN/began; exec sleep 60");
    let mut tool = book.tool(["paper", "--browser"]);
    tool.arg(book.path("browser"));
    let tool = tool.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    let tool = tool.expect("the tool can be started");
    let began = || std::fs::read_to_string(book.path("began")).unwrap_or_default();
    assert!(soon(60, || began().ends_with('\n')), "it asks no browser");
    let pid = |number: i32| nix::unistd::Pid::from_raw(number);
    kill(pid(tool.id().cast_signed()), Signal::SIGINT).expect("it runs");
    let ended = tool.wait_with_output().expect("it ends");
    let ran = Ran::new(ended, Duration::ZERO);
    assert_eq!(ran.code, Some(130), "{ran}");
    ran.complains("stopped: `book.pdf` is not printed\n");
    let browser = pid(began().trim().parse().expect("a process"));
    assert!(
        soon(5, || kill(browser, None).is_err()),
        "the browser goes on"
    );
    assert_eq!(printed(&book), [""; 0]);
    assert_eq!(book.left_behind(), [""; 0]);
}
