//! The book on paper, printed by a real Chromium: its pages, and what can be read on each.

use crate::book::{Book, Ran, tool};
use crate::kettle;
use crate::printed::pages;
use crate::site::clone;

/// Prints, and gives the words of each page of this PDF.
fn print(book: &Book, args: &[&str], name: &str) -> Vec<String> {
    let mut tool = book.tool(["paper", "--browser", "chromium"]);
    let ran = Ran::of(tool.args(args)).succeeded();
    let pdf = std::fs::read(book.path(&format!("target/paper/{name}.pdf")));
    let pages = pages(&pdf.expect("it is printed"));
    let count = match pages.len() {
        1 => format!("{name}.pdf, 1 page\n"),
        count => format!("{name}.pdf, {count} pages\n"),
    };
    ran.says(&count);
    pages
}

fn joined(pages: &[String]) -> String {
    let text = pages.join("\n");
    // A word may be broken where a line is.
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
#[ignore = "needs Chromium: apt-get install chromium chromium-driver, then cargo test --features browser --test browser -- --ignored"]
fn the_book_on_paper_has_contents_that_lead_to_its_pages() {
    let book = kettle::book();
    let pages = print(&book, &[], "book");
    let page_of = |words: &str| {
        let found = pages.iter().position(|page| page.contains(words));
        found.unwrap_or_else(|| panic!("{words} is nowhere in {pages:#?}")) + 1
    };
    assert!(pages[0].contains("A small book"), "{}", pages[0]);
    assert!(pages[1].contains("Contents"), "{}", pages[1]);
    for (title, page) in [
        ("About tea", page_of("Before.")),
        ("Quickly", page_of("Between.")),
        ("About cups", page_of("How many cups here?")),
        ("Answers", page_of("It is in the program.")),
    ] {
        let contents = joined(&pages[1..2]);
        let (_, rest) = contents
            .split_once(title)
            .unwrap_or_else(|| panic!("{title} is not in {contents}"));
        let number: String = rest.chars().filter(char::is_ascii_digit).take(1).collect();
        // The fixture has no more than nine pages.
        assert_eq!(number, page.to_string(), "{title} in {contents}");
        assert!(
            pages[page - 1].contains(&format!("\n{page}")),
            "it says its number"
        );
    }
    // No answer stands before the answers, and all of them stand there.
    let answers = page_of("It is in the program.") - 1;
    let (body, answers) = (joined(&pages[..answers]), joined(&pages[answers..]));
    for words in [
        "How many cups?",
        "so many",
        "println!",
        "Answer and run: page",
    ] {
        assert!(body.contains(words), "{words} is missing in {body}");
    }
    for words in ["It is in the program.", "cup 5", "Recorded with"] {
        assert!(
            !body.contains(words) && answers.contains(words),
            "{words} in {body}"
        );
    }
}

#[test]
#[ignore = "needs Chromium: apt-get install chromium chromium-driver, then cargo test --features browser --test browser -- --ignored"]
fn nothing_on_a_worksheet_answers() {
    let book = kettle::book();
    let sheet = joined(&print(&book, &["tea"], "worksheet-tea"));
    for words in [
        "How many cups?",
        "so many",
        "println!",
        "How many, quickly?",
    ] {
        assert!(sheet.contains(words), "{words} is missing in {sheet}");
    }
    for words in [
        "It is in the program.",
        "cup 5",
        "cup 1",
        "Recorded with",
        "as we saw",
    ] {
        assert!(!sheet.contains(words), "{words} in {sheet}");
    }
}

#[test]
#[ignore = "needs Chromium: apt-get install chromium chromium-driver, then cargo test --features browser --test browser -- --ignored"]
fn a_worksheet_is_a_few_sheets_with_all_questions_and_exercises() {
    let out = tempfile::tempdir().expect("there is room");
    // Those with the most questions, the most exercises, and the longest programs.
    let chapters = ["tasks", "blocking-mistakes", "cancellation", "tcp-echo"];
    let mut paper = tool(["paper", "--browser", "chromium", "--out"]);
    paper.arg(out.path()).args(chapters).current_dir(clone());
    Ran::of(&mut paper).succeeded();
    for chapter in chapters {
        let pdf = std::fs::read(out.path().join(format!("worksheet-{chapter}.pdf")));
        let pages = pages(&pdf.expect("it is printed"));
        assert!(pages.len() <= 6, "{chapter} has {} pages", pages.len());
        let page = std::fs::read_to_string(clone().join(format!("book/{chapter}.md")));
        let page = page.expect("its page");
        let sheet = joined(&pages);
        for (words, on_page) in [
            ("I think so because:", "```predict"),
            ("My plan:", "{{#exercise "),
        ] {
            let (printed, meant) = (sheet.matches(words), page.matches(on_page));
            assert_eq!(printed.count(), meant.count(), "{words} of {chapter}");
        }
    }
}
