//! A question hides its run, and the words about it, until the reader has chosen or asked to see it.

use serde_json::json;

use crate::kettle;
use crate::reader::{Reader, key};
use crate::site::Static;

/// The parts of the page that belong to a question, by CSS.
struct Asked {
    question: &'static str,
    run: &'static str,
    /// What gives the answer away: the run, its words, comparisons, and the reason.
    hidden: &'static [&'static str],
}

const MANY: Asked = Asked {
    question: "fieldset[data-run='tea/main']",
    run: "figure.run[data-snippet='tea/main']",
    hidden: &[
        "figure.run[data-snippet='tea/main'] .output",
        "figure.run[data-snippet='tea/main'] svg",
        "figure.run[data-snippet='tea/main'] figcaption",
        "figure.run[data-snippet='tea/main'] + p",
        "figure.compare",
        "fieldset[data-run='tea/main'] .why",
    ],
};

const FEW: Asked = Asked {
    question: "fieldset[data-run='tea/quick']",
    run: "figure.run[data-snippet='tea/quick']",
    hidden: &[
        "figure.run[data-snippet='tea/quick'] .output",
        "figure.run[data-snippet='tea/quick'] + p",
        "fieldset[data-run='tea/quick'] .why",
    ],
};

impl Asked {
    fn part(&self, rest: &str) -> String {
        format!("{} {rest}", self.question)
    }

    /// The choice with this number.
    fn choice(&self, number: usize) -> String {
        self.part(&format!("input[value='{number}']"))
    }

    #[track_caller]
    fn is_open(&self, reader: &Reader) {
        for part in self.hidden {
            assert!(!reader.sees(part), "`{part}` gives the answer away");
        }
        assert!(reader.sees(self.question));
        assert!(reader.sees(&self.part(".show-run")));
        assert!(reader.sees(&self.part(".check")));
        assert!(!reader.sees(&self.part(".ask-again")));
        assert!(!reader.sees(&self.part(".verdict")));
        assert_eq!(reader.count(&self.part(":is(.is-right, .mark)")), 0);
        assert!(
            reader
                .text(&self.part(".withheld"))
                .starts_with("The run stands here"),
            "it is said where something is hidden"
        );
    }

    /// Chooses, and gives that for an answer.
    #[track_caller]
    fn answer(&self, reader: &Reader, number: usize) {
        reader.click(&self.choice(number));
        self.is_open(reader);
        reader.click(&self.part(".check"));
    }

    /// Holds that all is shown, and that the page says so, in these words.
    #[track_caller]
    fn is_settled(&self, reader: &Reader, verdict: &str) {
        for part in self.hidden {
            assert!(reader.sees(part), "`{part}` is still hidden");
        }
        assert!(reader.sees(self.run));
        assert!(!reader.sees(&self.part(".show-run")));
        assert!(reader.sees(&self.part(".ask-again")));
        assert!(!reader.sees(&self.part(".check")));
        assert_eq!(reader.text(&self.part(".verdict")), verdict);
        assert_eq!(reader.text(&self.part(".is-right")), "so many\nright");
        assert!(
            reader.sees(&self.part(".is-right .mark svg")),
            "a shape, too"
        );
        let wrong = reader.count(&self.part("label .mark.wrong svg"));
        assert_eq!(wrong, usize::from(verdict.contains("otherwise")));
        assert!(!reader.sees(&self.part(".withheld")));
    }
}

fn at_the_page() -> (Static, Reader) {
    let site = Static::of(kettle::book());
    let reader = Reader::new();
    reader.open(&site.url("tea.html"));
    (site, reader)
}

#[test]
#[ignore = "needs Chromium: apt-get install chromium chromium-driver, then cargo test --features browser --test browser -- --ignored"]
fn a_run_its_words_and_its_comparisons_are_hidden_until_the_reader_chooses() {
    let (_site, reader) = at_the_page();
    MANY.is_open(&reader);
    assert!(
        reader.sees("figure.listing[data-snippet='tea/main'] code"),
        "the program is not hidden"
    );
    assert!(
        reader.sees("#quickly"),
        "what comes after the next heading is not about the run"
    );
    MANY.answer(&reader, 1);
    MANY.is_settled(&reader, "So it is.");
    assert!(
        reader.has_focus(&MANY.part(".verdict")),
        "the button is gone"
    );
    reader.leaves_without_a_complaint();
}

#[test]
#[ignore = "needs Chromium: apt-get install chromium chromium-driver, then cargo test --features browser --test browser -- --ignored"]
fn a_choice_is_only_an_answer_when_it_is_confirmed() {
    let (_site, reader) = at_the_page();
    let off = MANY.part(".check:disabled");
    assert_eq!(reader.count(&off), 1, "there is nothing to check");
    for number in [2, 0, 1] {
        reader.click(&MANY.choice(number));
        MANY.is_open(&reader);
        assert_eq!(reader.count(&off), 0);
    }
    reader.reload();
    MANY.is_open(&reader);
    assert_eq!(
        reader.count(&MANY.part("input:checked")),
        0,
        "it was no answer"
    );
    assert_eq!(reader.count(&off), 1);
    MANY.answer(&reader, 2);
    MANY.is_settled(&reader, "The run shows otherwise.");
    assert_eq!(reader.count(&MANY.part("input:enabled")), 0, "that was it");
    reader.leaves_without_a_complaint();
}

#[test]
#[ignore = "needs Chromium: apt-get install chromium chromium-driver, then cargo test --features browser --test browser -- --ignored"]
fn a_program_is_named_when_the_question_about_it_is_answered() {
    let (_site, reader) = at_the_page();
    let name = "figure.listing[data-snippet='tea/quick'] .file";
    assert_eq!(reader.text(name), "the program in question");
    let lead = "figure.listing[data-snippet='tea/main'] .file";
    assert_eq!(reader.text(lead), "tea/src/main.rs", "it says nothing");
    assert!(
        !reader
            .see::<String>("return document.querySelector('main').innerText")
            .contains("quick.rs")
    );
    FEW.answer(&reader, 1);
    assert_eq!(reader.text(name), "tea/examples/quick.rs");
    reader.reload();
    assert_eq!(reader.text(name), "tea/examples/quick.rs");
    reader.click(&FEW.part(".ask-again"));
    assert_eq!(reader.text(name), "the program in question");
    reader.leaves_without_a_complaint();
}

#[test]
#[ignore = "needs Chromium: apt-get install chromium chromium-driver, then cargo test --features browser --test browser -- --ignored"]
fn a_comparison_that_is_hidden_elsewhere_says_so_and_leads_to_its_question() {
    let book = kettle::book();
    book.append(
        "book/tea.md",
        "\nLast.\n\n{{#compare tea/quick tea/quick}}\n",
    );
    let site = Static::of(book);
    let reader = Reader::new();
    reader.open(&site.url("tea.html"));
    let far = "figure.compare[data-runs='tea/quick tea/quick']";
    let table = format!("{far} table");
    assert!(!reader.sees(&table));
    let note = format!("{far} .withheld");
    assert!(
        reader
            .text(&note)
            .starts_with("A comparison with a run stands here")
    );
    reader.click(&format!("{note} button"));
    assert!(reader.has_focus(&FEW.choice(0)));
    FEW.answer(&reader, 1);
    assert!(reader.sees(&table) && !reader.sees(&note));
    reader.click(&FEW.part(".ask-again"));
    reader.chromium("Emulation.setEmulatedMedia", &json!({ "media": "print" }));
    assert!(
        !reader.sees(&table) && reader.sees(&note),
        "paper has what the screen has"
    );
    reader.leaves_without_a_complaint();
}

#[test]
#[ignore = "needs Chromium: apt-get install chromium chromium-driver, then cargo test --features browser --test browser -- --ignored"]
fn a_wrong_choice_shows_the_run_and_which_one_was_right() {
    let (_site, reader) = at_the_page();
    // On its words: they are a larger target than the button.
    reader.click(&MANY.part("label:has([value='2']) span"));
    reader.click(&MANY.part(".check"));
    MANY.is_settled(&reader, "The run shows otherwise.");
    assert_eq!(reader.count(&MANY.part(".is-right input:checked")), 0);
    let edges: Vec<f64> = reader.see_with(
        "return [...document.querySelectorAll(arguments[0])].map((label) => label.getBoundingClientRect().left)",
        json!([MANY.part("label")]),
    );
    assert!(
        edges.iter().all(|edge| *edge == edges[0]),
        "every choice stays where it was: {edges:?}"
    );
    let mark = MANY.part("label:has([value='2']) .mark.wrong");
    assert_eq!(reader.text(&mark), "not so");
    reader.leaves_without_a_complaint();
}

#[test]
#[ignore = "needs Chromium: apt-get install chromium chromium-driver, then cargo test --features browser --test browser -- --ignored"]
fn two_questions_on_a_page_do_not_disturb_each_other() {
    let (_site, reader) = at_the_page();
    MANY.answer(&reader, 1);
    MANY.is_settled(&reader, "So it is.");
    FEW.is_open(&reader);
    reader.click(&FEW.part(".show-run"));
    FEW.is_settled(&reader, "");
    MANY.is_settled(&reader, "So it is.");
    reader.click(&MANY.part(".ask-again"));
    MANY.is_open(&reader);
    FEW.is_settled(&reader, "");
    reader.leaves_without_a_complaint();
}

#[test]
#[ignore = "needs Chromium: apt-get install chromium chromium-driver, then cargo test --features browser --test browser -- --ignored"]
fn the_run_is_shown_to_who_does_not_want_to_choose() {
    let (_site, reader) = at_the_page();
    reader.click(&MANY.part(".show-run"));
    MANY.is_settled(&reader, "");
    assert!(
        reader.has_focus("figure.run[data-snippet='tea/main'] .output"),
        "the button that had it is gone"
    );
    reader.leaves_without_a_complaint();
}

#[test]
#[ignore = "needs Chromium: apt-get install chromium chromium-driver, then cargo test --features browser --test browser -- --ignored"]
fn a_question_is_answered_by_keyboard() {
    let (_site, reader) = at_the_page();
    reader.notes_where_the_page_goes();
    reader.tab_to(&MANY.choice(0));
    reader.press([key::ENTER]);
    MANY.is_open(&reader);
    reader.press([key::SPACE]);
    MANY.is_open(&reader);
    // The arrows go from choice to choice, show nothing, and do not turn the page.
    for (arrow, number) in [(key::DOWN, 1), (key::RIGHT, 2)] {
        reader.press([arrow]);
        assert!(reader.has_focus(&MANY.choice(number)));
        MANY.is_open(&reader);
    }
    reader.stays_on_the_page();
    reader.press([key::ENTER]);
    MANY.is_settled(&reader, "The run shows otherwise.");
    assert!(reader.has_focus(&MANY.part(".verdict")));
    reader.tab_to(&MANY.part(".ask-again"));
    reader.press([key::ENTER]);
    MANY.is_open(&reader);
    assert_eq!(reader.count(&MANY.part("input:checked")), 0);
    assert!(
        reader.has_focus(&MANY.choice(0)),
        "the reader is asked again, and there"
    );
    reader.press([key::SPACE]);
    reader.tab_to(&MANY.part(".check"));
    reader.press([key::SPACE]);
    MANY.is_settled(&reader, "The run shows otherwise.");
    reader.tab_to(&MANY.part(".ask-again"));
    reader.press([key::SPACE]);
    MANY.is_open(&reader);
    reader.tab_to(&MANY.part(".show-run"));
    reader.press([key::ENTER]);
    MANY.is_settled(&reader, "");
    assert!(reader.has_focus("figure.run[data-snippet='tea/main'] .output"));
    reader.leaves_without_a_complaint();
}

#[test]
#[ignore = "needs Chromium: apt-get install chromium chromium-driver, then cargo test --features browser --test browser -- --ignored"]
fn what_was_chosen_is_kept_until_the_reader_is_asked_again() {
    let (site, reader) = at_the_page();
    MANY.answer(&reader, 2);
    reader.click(&FEW.part(".show-run"));
    reader.reload();
    MANY.is_settled(&reader, "The run shows otherwise.");
    assert_eq!(reader.count(&format!("{}:checked", MANY.choice(2))), 1);
    FEW.is_settled(&reader, "");
    reader.open(&site.url("cups.html"));
    reader.open(&site.url("tea.html"));
    MANY.is_settled(&reader, "The run shows otherwise.");
    reader.click(&MANY.part(".ask-again"));
    reader.reload();
    MANY.is_open(&reader);
    FEW.is_settled(&reader, "");
    reader.leaves_without_a_complaint();
}

#[test]
#[ignore = "needs Chromium: apt-get install chromium chromium-driver, then cargo test --features browser --test browser -- --ignored"]
fn a_browser_that_keeps_nothing_asks_all_the_same() {
    let site = Static::of(kettle::book());
    let reader = Reader::new();
    let refuse =
        "Object.defineProperty(window, 'localStorage', { get() { throw new Error('not here') } })";
    reader.chromium(
        "Page.addScriptToEvaluateOnNewDocument",
        &json!({ "source": refuse }),
    );
    reader.open(&site.url("tea.html"));
    MANY.is_open(&reader);
    MANY.answer(&reader, 1);
    MANY.is_settled(&reader, "So it is.");
    reader.click(&MANY.part(".ask-again"));
    MANY.is_open(&reader);
    reader.leaves_without_a_complaint();
}

#[test]
#[ignore = "needs Chromium: apt-get install chromium chromium-driver, then cargo test --features browser --test browser -- --ignored"]
fn on_paper_an_open_question_stays_open() {
    let site = Static::of(kettle::book());
    let reader = Reader::new();
    // mdBook opens the printer's dialogue by itself, and that would wait for somebody.
    let quiet = json!({ "source": "window.print = () => {}" });
    reader.chromium("Page.addScriptToEvaluateOnNewDocument", &quiet);
    reader.open(&site.url("print.html"));
    assert_eq!(reader.count("fieldset.predict"), 3);
    MANY.is_open(&reader);
    reader.chromium("Emulation.setEmulatedMedia", &json!({ "media": "print" }));
    for part in [MANY.hidden, FEW.hidden].concat() {
        assert!(!reader.sees(part), "`{part}` is an answer");
    }
    for part in [
        "fieldset button",
        ".controls",
        ".replay",
        ".withheld button",
    ] {
        assert!(!reader.sees(part), "`{part}` is of no use on paper");
    }
    // And in the window, all pages as one are used like any other.
    reader.chromium("Emulation.setEmulatedMedia", &json!({ "media": "" }));
    reader.click("fieldset[data-run='cups/main'] input[value='1']");
    reader.click("fieldset[data-run='cups/main'] .check");
    assert!(reader.sees("figure.run[data-snippet='cups/main'] .output"));
    MANY.is_open(&reader);
    MANY.answer(&reader, 1);
    MANY.is_settled(&reader, "So it is.");
    FEW.is_open(&reader);
    reader.leaves_without_a_complaint();
}

#[test]
#[ignore = "needs Chromium: apt-get install chromium chromium-driver, then cargo test --features browser --test browser -- --ignored"]
fn choices_are_as_far_apart_where_one_of_them_wraps() {
    let book = kettle::book();
    let long = "so many, which is a great many, so that these words need more than a single line even where there is room";
    book.replace("book/tea.md", "\"so many\"", &format!("\"{long}\""));
    let site = Static::of(book);
    let reader = Reader::new();
    for width in [1280, 360] {
        reader.widen(width);
        reader.open(&site.url("tea.html"));
        let gaps: Vec<f64> = reader.see_with(
            "const spans = [...document.querySelectorAll(arguments[0])].map((span) => span.getBoundingClientRect());
             return spans.slice(1).map(({ top }, n) => top - spans[n].bottom)",
            json!([MANY.part("label > span")]),
        );
        assert_eq!(gaps.len(), 2);
        assert!((gaps[0] - gaps[1]).abs() < 1.5, "{width} px: {gaps:?}");
        let heights: Vec<f64> = reader.see_with(
            "return [...document.querySelectorAll(arguments[0])].map((span) => span.getBoundingClientRect().height)",
            json!([MANY.part("label > span")]),
        );
        assert!(heights[1] > 1.5 * heights[0], "one wraps: {heights:?}");
    }
    reader.leaves_without_a_complaint();
}
