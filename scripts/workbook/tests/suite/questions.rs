//! Questions on a page, runs on one axis, and timelines: what they become, and what is wrong with them.

use crate::book::Book;

/// A question about `tea/pour`, with these choices.
fn question(choices: &[(&str, &str)]) -> String {
    let choices: Vec<_> = choices
        .iter()
        .map(|(say, when)| format!("[[choice]]\nsay = \"{say}\"\nwhen = '{when}'\n"))
        .collect();
    format!(
        "\n```predict\nask = \"How many lines?\"\nrun = \"tea/pour\"\nwhy = \"It has `println!` \
         {{{{#value tea/pour lines}}}} times.\"\n\n{}```\n",
        choices.join("\n")
    )
}

const RUN: &str = "\n{{#snippet tea/pour code=no}}\n";

fn is_told(book: &Book, words: &str) {
    let ran = book.run(["check"]).failed();
    ran.says(words);
    ran.says("1 problem found");
}

#[test]
fn the_recording_says_which_choice_is_right() {
    let book = Book::still();
    let asked = question(&[
        ("one", "lines < 2"),
        ("two or more", "lines >= 2"),
        ("none", "lines = 0"),
    ]);
    book.append("book/tea.md", &(asked + RUN));
    book.run(["build"]).succeeded();
    let page = book.read("target/book/tea.html");
    let right: Vec<_> = page.match_indices("data-right").collect();
    assert_eq!(right.len(), 1, "{page}");
    let label = page[right[0].0..]
        .split("</label>")
        .next()
        .expect("a label");
    assert!(label.contains(">one<"), "{label}");
    assert!(page.contains("<code>println!</code>"), "{page}");
}

#[test]
fn a_question_uses_the_links_of_its_page_and_shares_no_buttons_with_another() {
    let book = Book::still();
    let asked = question(&[("some", "lines > 0"), ("none", "lines = 0")]);
    let linked = asked.replace("It has", "See [pour][well]. It has");
    let end = "\nWell[^1].\n\n[^1]: A note.\n\n[well]: cups.md\n";
    book.append("book/tea.md", &(linked + RUN + end));
    book.append("book/cups.md", &(asked + RUN));
    book.run(["build"]).succeeded();
    let page = book.read("target/book/tea.html");
    let why = page.split("class=\"why\">").nth(1).expect("a reason");
    let why = why.split("</div>").next().expect("its end");
    assert!(why.contains("<a href=\"cups.html\">pour</a>"), "{why}");
    assert!(!why.contains("A note"), "{why}");
    // All pages as one have both questions: a choice in one must not undo that in the other.
    let all = book.read("target/book/print.html");
    for name in ["name=\"predict-tea-7\"", "name=\"predict-cups-5\""] {
        assert_eq!(all.matches(name).count(), 2, "{name} in {all}");
    }
}

#[test]
fn a_question_without_a_true_choice() {
    let book = Book::still();
    book.append(
        "book/tea.md",
        &(question(&[("many", "lines > 100"), ("none", "lines = 0")]) + RUN),
    );
    is_told(
        &book,
        "book/tea.md:7: the question about `tea/pour`: no choice is true of the recorded run",
    );
}

#[test]
fn a_question_with_two_true_choices() {
    let book = Book::still();
    book.append(
        "book/tea.md",
        &(question(&[("some", "lines > 0"), ("few", "lines < 100")]) + RUN),
    );
    is_told(
        &book,
        "book/tea.md:7: the question about `tea/pour`: choices 1 and 2 are all true",
    );
}

#[test]
fn a_question_about_an_unknown_figure_or_snippet() {
    let book = Book::still();
    book.append(
        "book/tea.md",
        &(question(&[("some", "cups > 0"), ("few", "lines < 100")]) + RUN),
    );
    is_told(&book, "choice 1, `cups > 0`: unknown metric `cups`");
    let book = Book::still();
    let asked = question(&[("some", "lines > 0"), ("none", "lines = 0")]);
    let asked = asked.replace("run = \"tea/pour\"", "run = \"tea/puor\"");
    book.append("book/tea.md", &(asked + RUN));
    let ran = book.run(["check"]).failed();
    ran.says("book/tea.md:7: unknown snippet `tea/puor`\n  help: did you mean `tea/pour`?");
    ran.says("book/tea.md:7: no run of `tea/puor` comes after this question");
}

#[test]
fn a_question_with_no_run_after_it() {
    let book = Book::still();
    book.append(
        "book/tea.md",
        &question(&[("some", "lines > 0"), ("none", "lines = 0")]),
    );
    is_told(
        &book,
        "book/tea.md:7: no run of `tea/pour` comes after this question",
    );
}

#[test]
fn a_number_typed_by_hand() {
    let book = Book::still();
    book.append("book/tea.md", "\nIt took 1.03 s, and {{#fact 2 MiB}}.\n");
    is_told(&book, "book/tea.md:7: the number `1.03 s` is typed by hand");
}

/// Writes the events that a traced program would write.
pub(crate) const TRACED: &str = r##"//! Watch the lanes.
use std::io::Write;

fn main() {
    let Some(path) = std::env::var_os("WORKBOOK_TIMELINE") else { return };
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    let mut file = std::fs::OpenOptions::new().create(true).append(true).open(path).unwrap();
    writeln!(file, "{{\"timeline\":1,\"start\":{}}}", now.as_secs_f64()).unwrap();
    for (lane, from) in [(0, 0.0), (1, 0.01)] {
        let name = format!("tea {}", lane + 1);
        writeln!(file, "{{\"t\":{from},\"lane\":{lane},\"event\":\"new\",\"name\":\"{name}\"}}").unwrap();
        writeln!(file, "{{\"t\":{from},\"lane\":{lane},\"event\":\"poll\",\"thread\":0}}").unwrap();
        writeln!(file, "{{\"t\":{from},\"lane\":{lane},\"event\":\"pending\",\"cpu\":0.0}}").unwrap();
    }
    writeln!(file, "{{\"t\":0.05,\"lane\":0,\"event\":\"poll\",\"thread\":0}}").unwrap();
    writeln!(file, "{{\"t\":0.05,\"lane\":0,\"event\":\"ready\",\"cpu\":0.0}}").unwrap();
    writeln!(file, "{{\"t\":0.06,\"lane\":1,\"event\":\"drop\"}}").unwrap();
    std::thread::sleep(std::time::Duration::from_millis(100));
    println!("poured");
}
"##;

#[test]
fn a_traced_program_is_drawn_and_claimed() {
    let claims = "claims = [\"polls(tea 1) = 2\", \"polls(tea 2) = 1\", \"overlap(tea 1, tea 2) in 0.03..0.05\", \
                  \"longest_poll < 0.01\"]";
    let book = Book::new().with("tea/main", claims, TRACED).with(
        "tea/traced",
        &claims.replace("polls(tea 1) = 2", "polls(tea 1) = 7"),
        TRACED,
    );
    let ran = book.run(["record"]).failed();
    ran.says("`tea/traced` does not hold its claim `polls(tea 1) = 7`: polls(tea 1) 2");
    assert!(book.is_recorded("tea/main") && !book.is_recorded("tea/traced"));
    let lanes = &book.recording("tea/main")["timeline"];
    assert_eq!(lanes[1]["end"], "dropped");
    book.append(
        "book/tea.md",
        "\n{{#snippet tea/main}}\n\n{{#compare tea/main tea/main}}\n",
    );
    book.run(["build"]).succeeded();
    let page = book.read("target/book/tea.html");
    assert!(page.contains("<svg class=\"timeline\""), "{page}");
    assert!(page.contains("class=\"drop\""), "{page}");
    assert!(
        page.contains("class=\"run compare\" data-runs=\"tea/main tea/main\""),
        "{page}"
    );
}

/// What the search of a built book finds: the texts and titles that it looks in.
fn searched(book: &Book) -> String {
    let folder = book.path("target/book");
    let files = std::fs::read_dir(folder).expect("the pages");
    let names = files.map(|file| file.expect("a file").file_name());
    let mut names = names.map(|name| name.into_string().expect("UTF-8"));
    let index = names.find(|name| name.starts_with("searchindex"));
    book.read(&format!("target/book/{}", index.expect("an index")))
}

#[test]
fn the_search_finds_no_answer() {
    let book = Book::still();
    let asked = question(&[("fewer", "lines < 2"), ("more", "lines >= 2")]);
    let asked = asked.replace("It has", "[Herrings](cups.md) say: it has");
    let linked = "{{#snippet tea/pour run=no}}\n";
    let end = "\nHaddocks.\n\n## Else\n\n{{#compare tea/main tea/pour}}\n\n{{#snippet tea/main}}\n";
    book.write(
        "book/tea.md",
        &format!("# Tea\n\n{linked}{asked}{RUN}{end}"),
    );
    book.run(["build"]).succeeded();
    let (page, index) = (book.read("target/book/tea.html"), searched(&book));
    let (before, answers) = page.split_once("<fieldset").expect("a question");
    assert!(
        answers.contains("<a href=\"cups.html\">Herrings</a> say"),
        "{answers}"
    );
    assert!(
        answers.contains("--example pour"),
        "the page has it all: {answers}"
    );
    assert!(answers.contains("Haddocks") && index.contains("Haddocks"));
    assert!(index.contains("How many lines?") && index.contains("fewer"));
    for told in ["Herrings", "pour.rs", "--example pour", "<td>pour"] {
        assert!(!index.contains(told), "the search finds {told}");
    }
    // What was not asked about is found.
    assert!(index.contains("run -p tea"), "{index}");
    assert!(
        before.contains(">the program in question</span>"),
        "{before}"
    );
    assert!(
        before.contains("data-name=\"tea/examples/pour.rs\""),
        "{before}"
    );
}
