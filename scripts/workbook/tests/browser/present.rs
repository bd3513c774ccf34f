//! A page for a room: section by section, by keys, in large type, with all answers hidden until they are asked for.

use serde_json::json;

use crate::kettle;
use crate::pages::{nothing_is_wrong, violations};
use crate::reader::{Reader, key};
use crate::server::Server;
use crate::site::Static;

const QUESTION: &str = "fieldset[data-run='tea/main']";
const RUN: &str = "figure.run[data-snippet='tea/main']";

/// Somebody with a projector of this size, before a page that is shown to a room.
fn projector(size: (u32, u32), url: &str) -> Reader {
    let reader = Reader::new();
    reader.resize(size.0, size.1);
    reader.open(url);
    is_shown(&reader);
    reader
}

#[track_caller]
fn is_shown(reader: &Reader) {
    reader.until_seen(".presenter .place");
    // Steps are made anew when the letters are there.
    reader.until("all letters are there", || {
        reader.see("return document.fonts.status === 'loaded'")
    });
    settles(reader);
}

fn is_presented(reader: &Reader) -> bool {
    reader.count("html.presenting") == 1
}

/// Which section is shown, and of how many.
fn place(reader: &Reader) -> String {
    reader.text(".presenter .place")
}

fn hash(reader: &Reader) -> String {
    reader.see("return location.hash")
}

/// What is wrong with the step that is shown: what is cut off, what is to be scrolled, what gives an answer away.
fn wrong_with_the_step(reader: &Reader) -> Vec<String> {
    reader.see(
        "const stage = document.getElementById('mdbook-content');
         const { right, bottom } = stage.getBoundingClientRect();
         const wrong = [];
         if (stage.scrollWidth > stage.clientWidth) wrong.push(`scrolls sideways: ${stage.scrollWidth} px`);
         if (stage.scrollHeight > stage.clientHeight) wrong.push(`scrolls: ${stage.scrollHeight} px`);
         // What is folded has a place, too, but is not visible.
         const isSeen = (part) => part.checkVisibility() && part.getClientRects().length > 0;
         const seen = [...document.querySelectorAll('main *')].filter(isSeen);
         if (seen.length === 0) wrong.push('nothing is shown');
         for (const part of seen) {
             const box = part.getBoundingClientRect();
             const isCut = !part.closest('svg, .is-part pre') && (box.right > right + 1 || box.bottom > bottom + 1);
             if (isCut) wrong.push(`cut off: ${part.outerHTML.slice(0, 100)}`);
             const isInner = part.matches('pre > code, .output, .table-wrapper') && !part.closest('.is-part');
             const text = part.textContent.slice(0, 60);
             if (isInner && part.scrollWidth > part.clientWidth + 1) wrong.push(`too wide: ${text}`);
             if (isInner && part.scrollHeight > part.clientHeight + 1) wrong.push(`too high: ${text}`);
             const isProgram = part.matches('figure.listing:not(.is-part) pre > code');
             const lines = part.textContent.trimEnd().split('\\n').length;
             if (isProgram && box.height / lines < 16 * innerHeight / 768) wrong.push(`too small: ${text}`);
         }
         for (const question of document.querySelectorAll('fieldset.predict:has(.show-run:not([hidden]))')) {
             const asked = question.dataset.run;
             const gives = seen.filter((part) => question.contains(part) && part.matches('.why, .mark')
                 || part.matches(`figure.run[data-snippet='${asked}'], figure.compare[data-runs~='${asked}'] > svg`)
                     && question.compareDocumentPosition(part) & 4);
             if (gives.length > 0) wrong.push(`gives the answer to ${asked} away`);
         }
         return wrong",
    )
}

/// Waits until what has grown on the page has been seen to.
fn settles(reader: &Reader) {
    reader.see::<()>(
        "return new Promise((done) => {
             requestAnimationFrame(() => requestAnimationFrame(() => requestAnimationFrame(() => done())));
         })",
    );
}

/// Goes through all that is shown, by the key of a clicker, and gathers what is wrong; says how many steps there are.
fn go_through(reader: &Reader, page: &str, reveal: bool) -> (usize, Vec<String>) {
    let mut wrong = Vec::new();
    reader.press([key::HOME]);
    for step in 1.. {
        if reveal && reader.sees(".show-run") {
            reader.see::<()>(
                "const isSeen = (part) => part.getClientRects().length > 0;
                 [...document.querySelectorAll('.show-run')].find(isSeen)?.click()",
            );
        }
        settles(reader);
        let at = hash(reader);
        let told = wrong_with_the_step(reader).into_iter();
        wrong.extend(told.map(|what| format!("{page}{at}: {what}")));
        if reader.count(".presenter .next:disabled") == 1 {
            return (step, wrong);
        }
        assert!(step < 200, "{page} has no end");
        reader.press([key::PAGE_DOWN]);
        assert_ne!(hash(reader), at, "{page}: Page Down does not go on");
    }
    unreachable!()
}

#[test]
#[ignore = "needs Chromium: apt-get install chromium chromium-driver, then cargo test --features browser --test browser -- --ignored"]
fn nothing_of_a_chapter_is_cut_off_on_a_projector_and_no_answer_is_given_away() {
    let site = Static::of_the_clone();
    let mut wrong = Vec::new();
    for page in ["join.html", "threads.html"] {
        let reader = projector((1024, 768), &site.url(&format!("{page}#present")));
        let (hidden, found) = go_through(&reader, page, false);
        wrong.extend(found);
        let (all, found) = go_through(&reader, page, true);
        wrong.extend(found);
        assert!(
            hidden > 25 && all > hidden,
            "{page}: {hidden} steps, and {all} with the runs"
        );
        reader.leaves_without_a_complaint();
    }
    nothing_is_wrong(&wrong);
}

#[test]
#[ignore = "needs Chromium: apt-get install chromium chromium-driver, then cargo test --features browser --test browser -- --ignored"]
fn larger_screens_show_larger_type() {
    let site = Static::of_the_clone();
    let mut wrong = Vec::new();
    let mut sizes = Vec::new();
    for size in [(1280, 720), (1920, 1080)] {
        let reader = projector(size, &site.url("join.html#present"));
        let (_, found) = go_through(&reader, &format!("{size:?} join.html"), false);
        wrong.extend(found);
        reader.press([key::HOME]);
        sizes.push(reader.see::<f64>(
            "return Number(document.documentElement.style.getPropertyValue('--zoom'))",
        ));
        reader.leaves_without_a_complaint();
    }
    nothing_is_wrong(&wrong);
    assert!(sizes[1] > 1.3 * sizes[0], "{sizes:?}");
}

#[test]
#[ignore = "needs Chromium: apt-get install chromium chromium-driver, then cargo test --features browser --test browser -- --ignored"]
fn keys_go_forward_and_back_and_stay_in_the_chapter() {
    let site = Static::of(kettle::book());
    let reader = Reader::new();
    reader.resize(1024, 768);
    reader.open(&site.url("tea.html"));
    reader.press(['p']);
    is_shown(&reader);
    assert_eq!(place(&reader), "1 / 3");
    assert!(reader.sees("main h1") && !reader.sees("main h2"));
    // Beyond the first and the last step there is nothing: mdBook's arrows would lead to another page.
    reader.press([key::LEFT, key::UP, key::PAGE_UP]);
    assert_eq!(hash(&reader), "#present=about-tea");
    for forward in [key::PAGE_DOWN, key::RIGHT, key::DOWN, key::SPACE] {
        reader.press([key::HOME]);
        assert_eq!(hash(&reader), "#present=about-tea");
        reader.press([forward; 9]);
        assert_eq!(
            (place(&reader).as_str(), hash(&reader).as_str()),
            ("3 / 3", "#present=after")
        );
        assert!(reader.sees("#after") && !reader.sees("main h1"));
    }
    for back in [key::PAGE_UP, key::LEFT, key::UP] {
        reader.press([key::END]);
        reader.press([back]);
        assert_eq!(place(&reader), "2 / 3");
        reader.press([back; 9]);
        assert_eq!(place(&reader), "1 / 3");
    }
    assert_eq!(
        reader.see::<String>("return location.pathname"),
        "/tea.html"
    );
    let told: String =
        reader.see("return document.querySelector('.presenter [role=status]').textContent");
    assert!(
        told.starts_with("Section 1 of 3") && told.ends_with(": About tea"),
        "{told}"
    );
    // The address has it all.
    reader.press([key::END, key::PAGE_UP]);
    let there = hash(&reader);
    reader.reload();
    is_shown(&reader);
    assert_eq!((hash(&reader), place(&reader)), (there, "2 / 3".to_owned()));
    reader.press([key::ESCAPE]);
    assert!(!is_presented(&reader));
    assert_eq!(hash(&reader), "#quickly");
    assert_eq!(reader.count(".presenter, .is-off, .is-part"), 0);
    let top: f64 =
        reader.see("return document.getElementById('quickly').getBoundingClientRect().top");
    assert!((0.0..400.0).contains(&top), "the section is at {top}");
    assert!(reader.has_focus("#quickly a"));
    // Where one is, it begins again; and mdBook has its keys back.
    reader.press(['p']);
    is_shown(&reader);
    assert_eq!(place(&reader), "2 / 3");
    reader.press([key::ESCAPE, key::RIGHT]);
    reader.until("the next page", || {
        reader.see("return location.pathname === '/cups.html'")
    });
    reader.leaves_without_a_complaint();
}

#[test]
#[ignore = "needs Chromium: apt-get install chromium chromium-driver, then cargo test --features browser --test browser -- --ignored"]
fn keys_that_are_typed_or_meant_for_a_control_are_not_taken() {
    let site = Static::of(kettle::book());
    let reader = Reader::new();
    reader.resize(1024, 768);
    reader.open(&site.url("tea.html"));
    reader.press(['/']);
    reader.until("the search is open", || {
        reader.has_focus("#mdbook-searchbar")
    });
    reader.write("pot");
    assert!(!is_presented(&reader));
    reader.press([key::ESCAPE]);
    reader.press_with(key::CONTROL, 'p');
    assert!(!is_presented(&reader));
    reader.click(".menu-bar .present");
    is_shown(&reader);
    reader.until_seen(&format!("{QUESTION} input"));
    let there = hash(&reader);
    // Arrows choose, the space bar presses a button, and a clicker goes on all the same.
    reader.tab_to(&format!("{QUESTION} input"));
    reader.press([key::SPACE, key::DOWN]);
    assert!(reader.see::<bool>(&format!(
        "return document.querySelector(\"{QUESTION} input[value='1']\").checked"
    )));
    assert_eq!(hash(&reader), there);
    reader.tab_to(&format!("{QUESTION} .check"));
    reader.press([key::SPACE]);
    reader.until_says(&format!("{QUESTION} .verdict"), "So it is.");
    assert!(reader.has_focus(&format!("{QUESTION} .verdict")));
    reader.press(['/', 's', '?']);
    assert!(!reader.sees("#mdbook-searchbar") && !reader.sees("#mdbook-help-popup"));
    reader.press([key::PAGE_DOWN]);
    assert!(reader.sees(&format!("{RUN} .output")));
    reader.leaves_without_a_complaint();
}

#[test]
#[ignore = "needs Chromium: apt-get install chromium chromium-driver, then cargo test --features browser --test browser -- --ignored"]
fn the_bar_is_used_by_mouse_and_by_keyboard_and_the_screen_can_be_dark() {
    let site = Static::of(kettle::book());
    let reader = projector((1024, 768), &site.url("tea.html#present=quickly"));
    assert_eq!(place(&reader), "2 / 3");
    reader.click(".presenter .back");
    assert_eq!(place(&reader), "1 / 3");
    reader.tab_to(".presenter .next");
    reader.press([key::ENTER; 9]);
    assert_eq!(place(&reader), "3 / 3");
    for dark in ['b', '.'] {
        reader.press([dark]);
        reader.until_seen(".dark");
        reader.press([key::PAGE_UP]);
        assert_eq!(reader.count(".dark"), 0);
        assert_eq!(
            place(&reader),
            "3 / 3",
            "the key shows the page again, and does no more"
        );
    }
    reader.click(".presenter .leave");
    assert!(!is_presented(&reader));
    assert_eq!(hash(&reader), "#after");
    reader.leaves_without_a_complaint();
}

#[test]
#[ignore = "needs Chromium: apt-get install chromium chromium-driver, then cargo test --features browser --test browser -- --ignored"]
fn a_room_is_asked_anew_and_the_readers_own_answers_come_back() {
    let site = Static::of(kettle::book());
    let reader = Reader::new();
    reader.resize(1024, 768);
    reader.open(&site.url("tea.html"));
    reader.click(&format!("{QUESTION} input[value='0']"));
    reader.click(&format!("{QUESTION} .check"));
    assert!(reader.sees(&format!("{RUN} .output")));
    reader.press(['p', key::HOME]);
    is_shown(&reader);
    reader.press([key::HOME]);
    assert!(reader.sees(&format!("{QUESTION} .show-run")));
    assert_eq!(reader.count(&format!("{QUESTION} :checked")), 0);
    reader.press([key::PAGE_DOWN; 9]);
    assert_eq!(place(&reader), "3 / 3");
    reader.press([key::HOME]);
    reader.click(&format!("{QUESTION} .show-run"));
    // It is the run that was asked for, and there it is.
    assert!(reader.sees(&format!("{RUN} .output")));
    reader.press([key::HOME]);
    assert!(reader.sees(&format!("{QUESTION} .why")));
    reader.reload();
    is_shown(&reader);
    assert!(
        reader.sees(&format!("{QUESTION} .why")),
        "what the room has seen stays"
    );
    reader.press([key::ESCAPE]);
    assert_eq!(
        reader.text(&format!("{QUESTION} .verdict")),
        "The run shows otherwise."
    );
    assert!(reader.see::<bool>(&format!(
        "return document.querySelector(\"{QUESTION} input[value='0']\").checked"
    )));
    reader.leaves_without_a_complaint();
}

#[test]
#[ignore = "needs Chromium: apt-get install chromium chromium-driver, then cargo test --features browser --test browser -- --ignored"]
fn a_run_is_replayed_run_and_edited_before_a_room() {
    let book = kettle::book();
    let server = Server::ready(&book, &[]);
    let reader = Reader::new();
    reader.resize(1024, 768);
    reader.open(&server.address_of("tea.html"));
    reader.until_seen(&format!("{RUN} .run-live, .listing .edit"));
    reader.press(['p']);
    is_shown(&reader);
    reader.press([key::HOME]);
    reader.click(&format!("{QUESTION} .show-run"));
    reader.click(&format!("{RUN} .replay"));
    reader.click(&format!("{RUN} .replaying .pause"));
    let slider = format!("{RUN} .replaying input");
    reader.tab_to(&slider);
    let there = hash(&reader);
    reader.press([key::HOME]);
    assert!(reader.sees(&format!("{RUN} .cursor")));
    assert_eq!(hash(&reader), there);
    reader.click(&format!("{RUN} .replaying .close"));
    reader.click(&format!("{RUN} .run-live"));
    reader.until_says(&format!("{RUN} .live .status"), "done");
    assert!(reader.sees(&format!("{RUN} .live .output")));
    nothing_is_wrong(&wrong_with_the_step(&reader));
    reader.press([key::HOME]);
    let listing = "figure.listing[data-snippet='tea/main']";
    reader.click(&format!("{listing} .edit"));
    reader.until_seen(&format!("{listing} .cm-content"));
    let there = hash(&reader);
    reader.press_with(key::CONTROL, 'a');
    reader.write("fn main() { println!(\"p. b\"); }");
    assert_eq!(hash(&reader), there);
    assert!(is_presented(&reader) && reader.count(".dark") == 0);
    reader.press_with(key::CONTROL, key::ENTER);
    reader.until_says(&format!("{listing} .live .output"), "p. b");
    reader.leaves_without_a_complaint();
}

#[test]
#[ignore = "needs Chromium: apt-get install chromium chromium-driver, then cargo test --features browser --test browser -- --ignored"]
fn what_a_room_is_shown_is_open_to_all_too() {
    let site = Static::of(kettle::book());
    let mut wrong = Vec::new();
    for theme in ["light", "navy"] {
        let reader = projector((1024, 768), &site.url("tea.html#present"));
        reader.see::<()>(&format!("localStorage.setItem('mdbook-theme', '{theme}')"));
        reader.reload();
        is_shown(&reader);
        for part in 1..9 {
            let found = violations(&reader, "html");
            wrong.extend(
                found
                    .into_iter()
                    .map(|what| format!("{theme}, {part}: {what}")),
            );
            if reader.sees(&format!("{QUESTION} .show-run")) {
                reader.click(&format!("{QUESTION} .show-run"));
            } else {
                reader.press([key::PAGE_DOWN]);
            }
        }
        assert_eq!(place(&reader), "3 / 3");
        reader.leaves_without_a_complaint();
    }
    nothing_is_wrong(&wrong);
}

#[test]
#[ignore = "needs Chromium: apt-get install chromium chromium-driver, then cargo test --features browser --test browser -- --ignored"]
fn on_paper_the_page_is_whole_while_it_is_presented() {
    let site = Static::of(kettle::book());
    let reader = projector((1024, 768), &site.url("tea.html#present"));
    reader.chromium("Emulation.setEmulatedMedia", &json!({ "media": "print" }));
    assert!(reader.sees("#after") && reader.sees("main h1") && !reader.sees(".presenter"));
    reader.leaves_without_a_complaint();
}
