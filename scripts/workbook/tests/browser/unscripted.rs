//! Without JavaScript, and on a phone: the pages are complete, and only the motion is missing.

use serde_json::json;

use crate::kettle;
use crate::reader::{Reader, key};
use crate::site::Static;

/// A reader whose browser runs no script of a page.
fn without_script() -> Reader {
    let reader = Reader::new();
    reader.chromium(
        "Emulation.setScriptExecutionDisabled",
        &json!({ "value": true }),
    );
    reader
}

#[test]
#[ignore = "needs Chromium: apt-get install chromium chromium-driver, then cargo test --features browser --test browser -- --ignored"]
fn without_javascript_a_question_is_followed_by_its_answer_and_its_run() {
    let site = Static::of(kettle::book());
    let reader = without_script();
    reader.open(&site.url("tea.html"));
    for part in [
        "figure.listing[data-snippet='tea/main'] code",
        "fieldset[data-run='tea/main'] legend",
        "fieldset[data-run='tea/main'] label",
        "fieldset[data-run='tea/main'] .why",
        "figure.run[data-snippet='tea/main'] .output .line",
        "figure.run[data-snippet='tea/main'] svg.timeline",
        "figure.run[data-snippet='tea/main'] .figures",
        "figure.run[data-snippet='tea/main'] + p",
        "figure.compare svg.timeline",
        "figure.compare td",
        "fieldset[data-run='tea/quick'] .why",
        "figure.run[data-snippet='tea/quick'] .output .line",
    ] {
        assert!(reader.sees(part), "`{part}` is not shown");
    }
    for control in [
        ".controls",
        "main button",
        "fieldset button",
        ".replay",
        ".present",
    ] {
        assert_eq!(reader.count(control), 0, "`{control}` would do nothing");
    }
}

#[test]
#[ignore = "needs Chromium: apt-get install chromium chromium-driver, then cargo test --features browser --test browser -- --ignored"]
fn without_javascript_nothing_of_the_real_book_is_hidden() {
    let site = Static::of_the_clone();
    let reader = without_script();
    for page in crate::pages::pages() {
        reader.open(&site.url(&page));
        let hidden: Vec<String> = reader.see(
            "return [...document.querySelectorAll('main *')].filter((part) =>
                 !part.closest('svg desc, svg title, svg defs, svg.unsearched, details:not([open])')
                 && !part.checkVisibility({ visibilityProperty: true, opacityProperty: true })
             ).map((part) => part.outerHTML.slice(0, 100))",
        );
        assert!(hidden.is_empty(), "{page}: {hidden:#?}");
    }
}

#[test]
#[ignore = "needs Chromium: apt-get install chromium chromium-driver, then cargo test --features browser --test browser -- --ignored"]
fn a_finger_finds_every_control() {
    let site = Static::of(kettle::book());
    let reader = Reader::new();
    reader.chromium(
        "Emulation.setTouchEmulationEnabled",
        &json!({ "enabled": true, "maxTouchPoints": 1 }),
    );
    reader.widen(360);
    reader.open(&site.url("tea.html"));
    assert!(reader.see::<bool>("return matchMedia('(pointer: coarse)').matches"));
    reader.click("fieldset[data-run='tea/main'] label");
    reader.click("fieldset[data-run='tea/main'] .check");
    reader.click("figure.run[data-snippet='tea/main'] .replay");
    let small: Vec<String> = reader.see(
        "const controls = 'fieldset button, fieldset label, figure button:not(.clip-button), figure input, figure select';
         return [...document.querySelectorAll(controls)].filter((control) => {
             const { width, height } = control.getBoundingClientRect();
             return height > 0 && (width < 43.5 || height < 43.5);
         }).map((control) => control.outerHTML)",
    );
    assert!(small.is_empty(), "{small:#?}");
    assert!(reader.see::<bool>("return document.scrollingElement.scrollWidth <= innerWidth"));
    reader.leaves_without_a_complaint();
}

#[test]
#[ignore = "needs Chromium: apt-get install chromium chromium-driver, then cargo test --features browser --test browser -- --ignored"]
fn what_is_wider_than_a_phone_is_scrolled_by_keyboard() {
    let site = Static::of_the_clone();
    let reader = Reader::new();
    reader.widen(360);
    reader.open(&site.url("threads.html"));
    let code = "figure.listing code[tabindex]";
    reader.tab_to(code);
    reader.notes_where_the_page_goes();
    reader.press([key::RIGHT; 3]);
    let scrolled = || {
        reader.see_with::<f64>(
            "return document.querySelector(arguments[0]).scrollLeft",
            json!([code]),
        )
    };
    reader.until("it is scrolled", || scrolled() > 0.0);
    reader.stays_on_the_page();
    // Where all fits, it is no stop on the way through the page.
    reader.widen(1280);
    reader.until("all fits", || reader.count(code) == 0);
    reader.leaves_without_a_complaint();
}

#[test]
#[ignore = "needs Chromium: apt-get install chromium chromium-driver, then cargo test --features browser --test browser -- --ignored"]
fn the_first_tab_stop_skips_to_the_text() {
    let site = Static::of(kettle::book());
    let reader = Reader::new();
    reader.open(&site.url("tea.html"));
    assert!(!reader.see::<bool>("return document.querySelector('.skip').offsetWidth > 1"));
    reader.notes_where_the_page_goes();
    reader.press([key::TAB]);
    assert!(reader.has_focus(".skip"));
    assert!(reader.sees(".skip"));
    reader.press([key::ENTER]);
    assert!(reader.has_focus("main"));
    reader.stays_on_the_page();
    // The next stop is in the text: the heading links to itself, and then come the program's.
    reader.press([key::TAB]);
    assert!(reader.see::<bool>("return document.activeElement.closest('main') !== null"));
    reader.leaves_without_a_complaint();
}

#[test]
#[ignore = "needs Chromium: apt-get install chromium chromium-driver, then cargo test --features browser --test browser -- --ignored"]
fn a_leap_upwards_leaves_the_bar_at_the_top() {
    let site = Static::of_the_clone();
    let reader = Reader::new();
    reader.widen(360);
    reader.open(&site.url("threads.html"));
    let leap = |by: i32| {
        reader.see::<()>(&format!("scrollBy({{ top: {by}, behavior: 'instant' }})"));
        reader.lets_frames_pass();
        reader.see::<f64>(
            "return document.getElementById('mdbook-menu-bar').getBoundingClientRect().top",
        )
    };
    leap(3000);
    assert!(leap(20) < 0.0, "on the way down it stays behind");
    let up = leap(-400);
    assert!(up <= 0.0, "it hangs at {up} px");
    assert!(leap(-1) <= 0.0);
    reader.leaves_without_a_complaint();
}

#[test]
#[ignore = "needs Chromium: apt-get install chromium chromium-driver, then cargo test --features browser --test browser -- --ignored"]
fn a_search_lands_at_the_section_and_not_above_it() {
    let site = Static::of_the_clone();
    let reader = Reader::new();
    reader.open(&site.url("tasks.html"));
    reader.press(['/']);
    reader.until("the search is open", || {
        reader.has_focus("#mdbook-searchbar")
    });
    reader.write("watchdog");
    let found = "#mdbook-searchresults a[href$='#who-would-notice']";
    reader.until_seen(found);
    reader.click(found);
    reader.until("the section is seen", || {
        reader.see(
            "const { top } = document.getElementById('who-would-notice')?.getBoundingClientRect() ?? { top: -1 };
             return top >= 0 && top < innerHeight && location.hash === '#who-would-notice'",
        )
    });
    reader.leaves_without_a_complaint();
}

#[test]
#[ignore = "needs Chromium: apt-get install chromium chromium-driver, then cargo test --features browser --test browser -- --ignored"]
fn the_compilers_words_are_broken_and_not_cut() {
    let site = Static::of_the_clone();
    let reader = Reader::new();
    for width in [1280, 360] {
        reader.widen(width);
        reader.open(&site.url("blocking-mistakes.html"));
        let compiler = "figure.run[data-snippet='blocking-mistakes/lock_across_spawn'] .compiler";
        let (words, cut, code): (usize, usize, usize) = reader.see_with(
            "const pre = document.querySelector(arguments[0]);
             const words = [...pre.querySelectorAll('.words')];
             const edge = pre.getBoundingClientRect().right;
             const cut = words.filter((part) =>
                 part.getBoundingClientRect().right > edge || part.scrollWidth > part.clientWidth + 1);
             const code = [...pre.childNodes].filter((node) => node.nodeName === '#text' && node.data.includes('|'));
             return [words.length, cut.length, code.length]",
            json!([compiler]),
        );
        assert!(
            words > 3 && code > 0,
            "{words} lines of words, {code} of code"
        );
        assert_eq!(cut, 0, "{width} px");
    }
    reader.leaves_without_a_complaint();
}

#[test]
#[ignore = "needs Chromium: apt-get install chromium chromium-driver, then cargo test --features browser --test browser -- --ignored"]
fn the_sidebar_is_opened_and_closed_by_mouse_and_by_keyboard() {
    let site = Static::of(kettle::book());
    let reader = Reader::new();
    reader.open(&site.url("tea.html"));
    let toggle = "button[aria-controls='mdbook-sidebar']";
    let is_open = |expected: bool| {
        reader.until(format_args!("the sidebar is open: {expected}"), || {
            let told = reader.count(&format!("{toggle}[aria-expanded='{expected}']")) == 1;
            let right: f64 = reader.see(
                "return document.getElementById('mdbook-sidebar').getBoundingClientRect().right",
            );
            told && (right > 0.0) == expected
        });
    };
    is_open(true);
    reader.click(toggle);
    is_open(false);
    reader.click(toggle);
    is_open(true);
    reader.tab_to(toggle);
    reader.press([key::ENTER]);
    is_open(false);
    reader.press([key::SPACE]);
    is_open(true);
    reader.leaves_without_a_complaint();
}
