//! The first page of the real book says in two screens what the book is, asks one question, shows one run, and leads on.

use serde::Deserialize;

use crate::reader::Reader;
use crate::site::Static;

/// A window of a small laptop, and one of a phone: width and height in CSS pixels.
const LAPTOP: (u32, u32) = (1280, 800);
const PHONE: (u32, u32) = (360, 800);

/// Where a visitor goes on: as a reader, in a hurry, as a teacher.
const WAYS: [&str; 3] = [
    "threads.html",
    "choosing.html#the-checklist",
    "teaching.html",
];

/// A link among the three ways, and how many pixels from the top of the page it ends.
#[derive(Debug, Deserialize)]
struct Way {
    href: String,
    bottom: f64,
}

#[track_caller]
fn visitor((width, height): (u32, u32), site: &Static) -> Reader {
    let reader = Reader::new();
    reader.resize(width, height);
    reader.open(&site.url("index.html"));
    assert_eq!(reader.text("main h1"), "Start here");
    reader
}

/// Holds that all three ways end within this many screens from the top of the page.
#[track_caller]
fn leads_on_within(screens: f64, height: u32, reader: &Reader, when: &str) {
    let links: Vec<Way> = reader.see(
        "const ways = [];
         for (let part = document.getElementById('three-ways-on').nextElementSibling;
              part !== null && part.tagName !== 'H2'; part = part.nextElementSibling) {
             ways.push(...part.querySelectorAll('a'));
         }
         return ways.map((link) =>
             ({ href: link.getAttribute('href'), bottom: link.getBoundingClientRect().bottom + scrollY }))",
    );
    for way in WAYS {
        let link = links.iter().find(|link| link.href == way);
        let bottom = link
            .unwrap_or_else(|| panic!("no {way} in {links:?}"))
            .bottom;
        let far = screens * f64::from(height);
        assert!(
            bottom <= far,
            "{when}, {way} ends {bottom} px down, beyond {far}"
        );
    }
}

#[test]
#[ignore = "needs Chromium: apt-get install chromium chromium-driver, then cargo test --features browser --test browser -- --ignored"]
fn one_question_one_run_and_three_ways_on_fit_into_two_screens() {
    let site = Static::of_the_clone();
    let reader = visitor(LAPTOP, &site);
    leads_on_within(2.0, LAPTOP.1, &reader, "before the question is answered");
    let first: f64 = reader.see(
        "return document.querySelector('main figure.listing code').getBoundingClientRect().bottom",
    );
    assert!(
        first <= f64::from(LAPTOP.1),
        "the program ends {first} px down, beyond the first screen"
    );
    let choices = reader.count("fieldset.predict input");
    for choice in 0..choices {
        reader.click(&format!("fieldset.predict input[value='{choice}']"));
        reader.click("fieldset.predict .check");
        reader.until_seen("figure.run svg.timeline");
        leads_on_within(2.0, LAPTOP.1, &reader, &format!("after answer {choice}"));
        reader.click("fieldset.predict .ask-again");
    }
    reader.click("fieldset.predict .show-run");
    reader.click("figure.run .replay");
    reader.until_seen("figure.run .controls input[type='range']");
    leads_on_within(2.0, LAPTOP.1, &reader, "while the run is replayed");
    reader.leaves_without_a_complaint();
}

#[test]
#[ignore = "needs Chromium: apt-get install chromium chromium-driver, then cargo test --features browser --test browser -- --ignored"]
fn on_a_phone_a_link_on_the_first_screen_leads_to_the_three_ways() {
    let site = Static::of_the_clone();
    let reader = visitor(PHONE, &site);
    leads_on_within(2.0, PHONE.1, &reader, "before the question is answered");
    let link = "main a[href='#three-ways-on']:not(.header)";
    let bottom: f64 = reader.see(&format!(
        "return document.querySelector(\"{link}\").getBoundingClientRect().bottom"
    ));
    assert!(
        bottom <= f64::from(PHONE.1),
        "the link ends {bottom} px down"
    );
    reader.click("fieldset.predict input[value='0']");
    reader.click("fieldset.predict .check");
    reader.until_seen("figure.run svg.timeline");
    reader.click(link);
    let seen = || {
        reader.see::<bool>(
            "const ways = document.getElementById('three-ways-on').nextElementSibling;
             const { top, bottom } = ways.getBoundingClientRect();
             return top >= 0 && bottom <= innerHeight",
        )
    };
    reader.until("the three ways are all on one screen", seen);
    reader.leaves_without_a_complaint();
}
