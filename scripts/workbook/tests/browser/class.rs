//! A class in three browsers: its teacher, and two learners who choose, see what is revealed, follow, go on alone, are
//! stuck, and come back; one who has joined from a machine of its own; and the teacher's page by itself.

use nix::sys::signal::Signal;
use serde_json::json;

use crate::book::Book;
use crate::classroom::{Class, book};
use crate::kettle;
use crate::reader::{Reader, key};
use crate::server::Server;

const TEA: &str = "details[data-page='tea']";
const POT: &str = "fieldset.predict:has(input[name^='predict-tea'])";

fn learner(class: &Class, page: &str) -> Reader {
    let reader = Reader::new();
    reader.open(&format!("http://{}/{page}", class.server.host()));
    reader.until_says(".class-status", "You are in the class.");
    reader
}

fn teacher(class: &Class) -> Reader {
    let reader = Reader::new();
    let (host, key) = (class.server.host(), class.key());
    reader.open(&format!("http://{host}/teacher#key={key}"));
    reader.until_seen(&format!("{TEA} > summary"));
    assert_eq!(
        reader.see::<String>("return location.hash"),
        "",
        "the key does not stay in the address"
    );
    reader.click(&format!("{TEA} > summary"));
    reader
}

/// Takes a choice, from 0, and sends it.
fn choose(reader: &Reader, choice: usize) {
    reader.click(&format!("{POT} input[value='{choice}']"));
    reader.click(&format!("{POT} .check"));
    reader.until_says(&format!("{POT} .sent"), "Sent.");
}

/// Reveals a question, by two presses.
fn reveal(teacher: &Reader, part: &str) {
    teacher.click(&format!("{part} .reveal"));
    teacher.click(&format!("{part} .now"));
}

fn taken(reader: &Reader) -> Vec<String> {
    reader.see(&format!(
        "return [...document.querySelectorAll(\"{TEA} .taken\")].map((it) => it.textContent)"
    ))
}

#[test]
#[ignore = "needs Chromium: apt-get install chromium chromium-driver, then cargo test --features browser --test browser -- --ignored"]
fn a_room_chooses_talks_chooses_again_and_sees_the_run_at_once() {
    let book = book();
    kettle::dress(&book);
    let class = Class::start(&book, &[]);
    class.questions();
    let teacher = teacher(&class);
    let (ada, bob) = (learner(&class, "tea.html"), learner(&class, "tea.html"));
    teacher.until_says("#standing", "2 in the room");
    assert_eq!(
        ada.count(".run, .why, [data-right]"),
        1,
        "the run of the other program"
    );
    // A learner's page has nothing to check an answer with.
    assert!(!ada.sees(".show-run") && !ada.sees(".run-live"));
    choose(&ada, 0);
    choose(&bob, 0);
    teacher.until("both have chosen", || taken(&teacher) == ["2", "0", "0"]);
    teacher.click(&format!("{TEA} .again"));
    bob.until_says(&format!("{POT} .sent"), "You are asked again");
    choose(&ada, 1);
    choose(&bob, 1);
    choose(&ada, 2);
    teacher.until("both have chosen again", || {
        taken(&teacher) == ["2 → 0", "0 → 1", "0 → 1"]
    });
    // Who reads below stays there when something opens above.
    bob.see::<()>("document.querySelector('#and-then').scrollIntoView({ block: 'start', behavior: 'instant' })");
    let top = "return document.querySelector('#and-then').getBoundingClientRect().top";
    let before: f64 = bob.see(top);
    bob.see::<()>("window.old = true");
    reveal(&teacher, TEA);
    for reader in [&ada, &bob] {
        reader.until_says("figure.run[data-snippet='tea/sounder'] .output", "zucchini");
        reader.until_says(POT, "herrings");
        reader.until_says(POT, "0 → 1");
        assert!(
            reader.sees(".replay")
                || reader.count("figure.run[data-snippet='tea/sounder'] .controls") > 0
        );
        assert!(
            reader.see::<bool>(
                "return document.querySelector('main').textContent.includes('haddock')"
            )
        );
        assert_eq!(reader.count(".is-withheld, .is-asked, .in-room"), 0);
        assert!(reader.text("figure.listing .file").contains("sounder.rs"));
    }
    assert!(
        bob.see::<bool>("return window.old === true"),
        "the page was not loaded anew"
    );
    let after: f64 = bob.see(top);
    assert!((after - before).abs() < 5.0, "{before} became {after}");
    bob.until_says(POT, "So it is.");
    ada.until_says(POT, "The run shows otherwise.");
    teacher.until_says(&format!("{TEA} .is-right .say"), "something");
    // Who comes later finds it open, and what was chosen.
    ada.reload();
    ada.until_says(POT, "The run shows otherwise.");
    assert!(ada.sees("figure.run[data-snippet='tea/sounder']"));
    for reader in [ada, bob, teacher] {
        reader.leaves_without_a_complaint();
    }
}

#[test]
#[ignore = "needs Chromium: apt-get install chromium chromium-driver, then cargo test --features browser --test browser -- --ignored"]
fn learners_follow_go_on_alone_are_stuck_and_come_back() {
    let book = book();
    kettle::dress(&book);
    let class = Class::start(&book, &[]);
    class.questions();
    let teacher = teacher(&class);
    let (ada, bob) = (learner(&class, "tea.html"), learner(&class, "tea.html"));
    teacher.until_says("#standing", "2 in the room");
    teacher.click("#switches input");
    // The teacher opens a page of the book in the same browser.
    let page = |name: &str| format!("http://{}/{name}", class.server.host());
    teacher.open(&page("cups.html#cups"));
    teacher.until_says(".class-status", "The class follows this page.");
    for reader in [&ada, &bob] {
        reader.until("the page is the teacher's", || {
            reader.see::<String>("return location.pathname") == "/cups.html"
        });
        reader.until_says(".class-status", "You follow the teacher.");
    }
    bob.click(".class-bar .follow");
    bob.until_says(".class-bar .follow", "Follow the teacher");
    teacher.open(&page("tea.html"));
    ada.until("one follows", || {
        ada.see::<String>("return location.pathname") == "/tea.html"
    });
    assert_eq!(
        bob.see::<String>("return location.pathname"),
        "/cups.html",
        "the other is free"
    );
    bob.click(".class-bar .stuck");
    bob.until_says(".class-bar .stuck", "I am not stuck any more");
    teacher.open(&page("teacher"));
    teacher.until_says("#standing", "1 follow you · 1 stuck");
    bob.click(".class-bar .stuck");
    teacher.until("nobody is stuck", || {
        !teacher.text("#standing").contains("stuck")
    });
    bob.click(".class-bar .follow");
    bob.until("the other follows again", || {
        bob.see::<String>("return location.pathname") == "/tea.html"
    });
    teacher.until_says("#standing", "2 follow you");
    bob.open("about:blank");
    teacher.until_says("#standing", "1 in the room");
    bob.open(&page("cups.html"));
    teacher.until_says("#standing", "2 in the room");
    teacher.click("#switches label:nth-of-type(2) input");
    ada.until_seen(".run-live");
    teacher.click("#switches label:nth-of-type(2) input");
    ada.until("nobody runs any more", || !ada.sees(".run-live"));
    for reader in [ada, bob, teacher] {
        reader.leaves_without_a_complaint();
    }
}

/// What this class asks, and a page that asks nothing.
fn book_with_milk() -> Book {
    let book = book();
    book.write("book/milk.md", "# About milk\n\n## Cream\n\nIt floats.\n");
    kettle::dress(&book);
    let summary = book.read("book/SUMMARY.md");
    book.write("book/SUMMARY.md", &(summary + "- [About milk](milk.md)\n"));
    book
}

/// The parts that are wider than the window.
fn too_wide(reader: &Reader) -> Vec<String> {
    reader.see(
        "return [...document.body.querySelectorAll('*')]
             .filter((part) => part.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
             .map((part) => part.outerHTML.slice(0, 100))",
    )
}

#[test]
#[ignore = "needs Chromium: apt-get install chromium chromium-driver, then cargo test --features browser --test browser -- --ignored"]
fn the_list_has_what_is_asked_and_where_and_the_rest_is_folded() {
    let book = book_with_milk();
    let class = Class::start(&book, &[]);
    class.questions();
    let teacher = teacher(&class);
    let slugs: Vec<String> = teacher.see(
        "return [...document.querySelectorAll('details[data-page]')].map((it) => it.dataset.page)",
    );
    assert_eq!(slugs, ["tea", "cups"]);
    let about = format!("{TEA} .about");
    teacher.until_says(&about, "The pot · about tea/sounder");
    let link = |selector: &str| -> Vec<String> {
        teacher.see(&format!(
            "const link = document.querySelector(\"{selector}\");
             return [link.getAttribute('href'), link.target]"
        ))
    };
    let book_window = link(&format!("{TEA} .open-page"))[1].clone();
    assert_eq!(
        link(&format!("{about} a")),
        ["/tea.html#the-pot", &book_window]
    );
    // The page without a question is there to be led to, and says who is on it.
    assert!(!teacher.sees(".others li"));
    let reader = learner(&class, "milk.html");
    teacher.until_says(".others summary", "1 here");
    teacher.click(".others summary");
    teacher.until_says(".others li", "About milk");
    teacher.until_says(".others li .counts", "1 here");
    assert_eq!(link(".others li a"), ["/milk.html", &book_window]);
    // A page becomes one of the others when it asks nothing any more, and what was open stays so.
    book.write("book/cups.md", "# About cups\n\nNothing.\n");
    teacher.until_says(".others", "About cups");
    assert!(teacher.sees(&about) && teacher.sees(".others li"));
    for reader in [reader, teacher] {
        reader.leaves_without_a_complaint();
    }
}

#[test]
#[ignore = "needs Chromium: apt-get install chromium chromium-driver, then cargo test --features browser --test browser -- --ignored"]
fn the_head_stays_and_is_small() {
    let book = book_with_milk();
    let class = Class::start(&book, &[]);
    class.questions();
    let teacher = teacher(&class);
    teacher.until_says("#standing", "0 in the room");
    // As a book with more pages is.
    teacher.see::<()>("document.querySelector('main').style.paddingBottom = '150vh'");
    let wide = ["#address", "#standing", "#controls a", "#switches input"];
    for (width, height, parts) in [
        (1024, 768, &wide[..]),
        (1920, 1080, &wide[..]),
        // All of it would be half of a phone.
        (360, 640, &wide[..2]),
    ] {
        teacher.resize(width, height);
        teacher.see::<()>("scrollTo({ top: 0, behavior: 'instant' })");
        let at = format!("at {width} by {height}");
        assert_eq!(too_wide(&teacher), [""; 0], "{at}");
        teacher.see::<()>("scrollTo({ top: document.body.scrollHeight, behavior: 'instant' })");
        assert!(teacher.see::<f64>("return scrollY") > 300.0, "{at}");
        for part in parts {
            let [is_seen, is_high]: [bool; 2] = teacher.see(&format!(
                "const part = document.querySelector('{part}');
                 const {{ left, top, bottom }} = part.getBoundingClientRect();
                 return [part.contains(document.elementFromPoint(left + 4, (top + bottom) / 2)), bottom < 100]"
            ));
            assert!(is_seen && is_high, "{part} {at}: {is_seen} {is_high}");
        }
        // What gets the focus on the way up is not under it.
        teacher.click(".others summary");
        teacher.see::<()>("scrollTo({ top: document.body.scrollHeight, behavior: 'instant' })");
        teacher.tab_back_to(&format!("{TEA} > summary"));
    }
    // Where the window is low, it scrolls away.
    teacher.resize(1024, 400);
    teacher.see::<()>("scrollTo({ top: document.body.scrollHeight, behavior: 'instant' })");
    let bottom: f64 =
        teacher.see("return document.querySelector('header').getBoundingClientRect().bottom");
    assert!(bottom < 0.0, "{bottom}");
    teacher.leaves_without_a_complaint();
}

#[test]
#[ignore = "needs Chromium: apt-get install chromium chromium-driver, then cargo test --features browser --test browser -- --ignored"]
fn the_address_is_put_on_the_wall_alone_and_large() {
    let book = book();
    let class = Class::start(&book, &["--allow-host", "a-laptop-with-a-long-name.local"]);
    class.questions();
    let teacher = teacher(&class);
    let address = teacher.text("#address");
    assert!(teacher.sees("#qr svg"));
    let [href, window]: [String; 2] = teacher.see(
        "const link = document.querySelector('#controls a'); return [link.getAttribute('href'), link.target]",
    );
    // It opens where the book does: the window that is on the wall goes on to the first page.
    assert_eq!([href.as_str(), &window], ["/wall", "workbook-page"]);
    // Another computer may show it: it wants no key.
    let wall = Reader::new();
    wall.open(&format!("http://{}{href}", class.server.host()));
    for (width, height) in [(1024, 768), (1920, 1080), (1280, 720)] {
        for theme in ["light", "dark"] {
            wall.resize(width, height);
            wall.prefer("prefers-color-scheme", theme);
            assert_eq!(wall.text("h1"), address);
            let at = format!("at {width} by {height}");
            let scrolls: bool = wall.see(
                "const { scrollWidth, scrollHeight } = document.documentElement;
                 return scrollWidth > innerWidth || scrollHeight > innerHeight",
            );
            assert!(!scrolls, "{at}");
            let [letter, lines, share, code]: [f64; 4] = wall.see(
                "const address = document.querySelector('h1');
                 const { fontSize, lineHeight } = getComputedStyle(address);
                 const range = document.createRange();
                 range.selectNodeContents(address);
                 return [parseFloat(fontSize), address.offsetHeight / parseFloat(lineHeight),
                     range.getBoundingClientRect().width / innerWidth,
                     document.querySelector('svg').getBoundingClientRect().height / innerHeight]",
            );
            assert!(
                letter > 30.0 && lines < 1.5,
                "{at}: {letter} px, {lines} lines"
            );
            assert!(share > 0.8, "{at}: {share} of the width");
            assert!(code > 0.6, "{at}: {code} of the height");
            // Cameras read dark on light alone.
            let ground: String =
                wall.see("return getComputedStyle(document.querySelector('svg')).backgroundColor");
            assert_eq!(ground, "rgb(255, 255, 255)", "{theme}");
        }
    }
    wall.resize(360, 640);
    assert_eq!(too_wide(&wall), [""; 0]);
    wall.tab_to("footer a");
    wall.press([key::ENTER]);
    wall.until_seen("main");
    wall.until("the book is there", || {
        wall.see::<String>("return location.pathname") == "/"
    });
    for reader in [wall, teacher] {
        reader.leaves_without_a_complaint();
    }
}

#[test]
#[ignore = "needs Chromium: apt-get install chromium chromium-driver, then cargo test --features browser --test browser -- --ignored"]
fn a_reveal_takes_two_presses_and_the_first_is_taken_back() {
    let book = book();
    kettle::dress(&book);
    // One more question about the same program.
    let tea = book.read("book/tea.md");
    let (_, rest) = tea.split_once("```predict").expect("a question");
    let (more, _) = rest.split_once("```").expect("it ends");
    let more = more.replace("What is in it?", "And in the other?");
    book.append(
        "book/tea.md",
        &format!("\n## More\n\n```predict{more}```\n"),
    );
    let class = Class::start(&book, &[]);
    let question = class.question("tea/sounder");
    let teacher = teacher(&class);
    let ada = learner(&class, "tea.html");
    let part = format!("{TEA} [data-question='{question}']");
    let (reveal, now) = (format!("{part} .reveal"), format!("{part} .now"));
    // What the teacher's page has asked the server for, up to its next look at the room.
    let asked = || {
        let mut all = teacher.requests();
        let before = all.len();
        teacher.until("it looks at the room", || {
            all.extend(teacher.requests());
            all[before..]
                .iter()
                .any(|it| it.ends_with("/api/teacher/room"))
        });
        all
    };
    let nothing_is_revealed = || {
        let asked = asked();
        let told = asked.iter().any(|it| it.ends_with("/api/teacher/reveal"));
        assert!(!told, "{asked:?}");
        assert_eq!(class.room()["questions"].get(&question), None);
        assert!(ada.sees(".is-asked"));
    };
    teacher.click(&reveal);
    teacher.until_seen(&now);
    teacher.until_says(&part, "It cannot be taken back.");
    teacher.until_says(&part, "with another question about this program");
    nothing_is_revealed();
    teacher.click(&reveal);
    teacher.until(format_args!("{now} is gone"), || !teacher.sees(&now));
    assert_eq!(teacher.text(&reveal), "Reveal");
    // Who presses twice by mistake has pressed that and its opposite.
    teacher.double_click(&reveal);
    assert!(!teacher.sees(&now));
    // To be about to reveal one is not to be about to reveal another.
    let other = format!("{TEA} .question:not([data-question='{question}'])");
    teacher.click(&format!("{other} .reveal"));
    teacher.click(&reveal);
    assert!(teacher.sees(&now) && !teacher.sees(&format!("{other} .now")));
    // By keys, with a second thought.
    teacher.press([key::ESCAPE]);
    assert!(!teacher.sees(&now) && teacher.has_focus(&reveal));
    teacher.press([key::ENTER]);
    assert!(teacher.sees(&now) && teacher.has_focus(&reveal));
    let is_held_down: bool = teacher.see(
        "const init = { key: 'Enter', repeat: true, bubbles: true, cancelable: true };
         return !document.activeElement.dispatchEvent(new KeyboardEvent('keydown', init))",
    );
    assert!(is_held_down, "a key that is held down presses once");
    nothing_is_revealed();
    teacher.tab_to(&now);
    teacher.press([key::ENTER]);
    teacher.until_says(&reveal, "Revealed");
    teacher.until_says(&format!("{other} .reveal"), "Revealed");
    assert!(!teacher.sees(&now) && teacher.has_focus(&part));
    ada.until_says(POT, "herrings");
    for reader in [ada, teacher] {
        reader.leaves_without_a_complaint();
    }
}

#[test]
#[ignore = "needs Chromium: apt-get install chromium chromium-driver, then cargo test --features browser --test browser -- --ignored"]
fn a_teachers_page_finds_its_way_back() {
    let book = book();
    let mut class = Class::start(&book, &[]);
    let teacher = teacher(&class);
    teacher.resize(1024, 350);
    let scrolled = || teacher.see::<f64>("return scrollY");
    teacher.see::<()>("scrollTo({ top: 150, behavior: 'instant' })");
    assert!((scrolled() - 150.0).abs() < 1.0, "{}", scrolled());
    teacher.reload();
    teacher.until_seen(&format!("{TEA} .ask"));
    teacher.until("it is scrolled as before", || {
        (scrolled() - 150.0).abs() < 1.0
    });
    // What went wrong is said for as long as the teacher does nothing else.
    let question = class.question("tea/sounder");
    let ada = class.enter(1);
    let ask_again = || {
        class
            .teacher("again", &json!({ "question": question }))
            .status
    };
    let times = (0..20).take_while(|_| ask_again() == 204).count();
    assert_eq!(class.choose(&ada, &question, times, 1).status, 204);
    teacher.until_says(TEA, "1 of 1 have chosen");
    teacher.click(&format!("{TEA} .again"));
    teacher.until_says("#trouble", "as often as it can be");
    let _bob = class.enter(2);
    teacher.until_says("#standing", "2 in the room");
    assert!(teacher.text("#trouble").contains("as often as it can be"));
    reveal(&teacher, TEA);
    teacher.until_says(&format!("{TEA} .reveal"), "Revealed");
    teacher.until("nothing is wrong any more", || {
        teacher.text("#trouble").is_empty()
    });
    // A server that hangs, or a network.
    class.server.signal(Signal::SIGSTOP);
    teacher.until_says("#trouble", "does not answer");
    class.server.signal(Signal::SIGCONT);
    let is_well = || teacher.text("#trouble").is_empty();
    teacher.until("it answers again", is_well);
    // A server that has ended, and begins anew.
    let other = "details[data-page='cups']";
    teacher.click(&format!("{other} > summary"));
    teacher.click(&format!("{other} .reveal"));
    teacher.until_seen(&format!("{other} .now"));
    class.server.kill();
    teacher.until_says("#trouble", "does not answer");
    class.begin_anew(&book);
    teacher.until_says("#trouble", "has begun anew");
    teacher.until("what is not revealed any more is not said to be", || {
        teacher.text(&format!("{TEA} .reveal")) == "Reveal"
    });
    assert!(teacher.sees(&format!("{TEA} .ask")) && teacher.sees(&format!("{other} .ask")));
    assert!(!teacher.sees(&format!("{other} .now")));
    teacher.click("#switches input");
    teacher.until("what was said is read", is_well);
    assert_eq!(class.room()["leads"], true);
    // One that has another key.
    class.server.kill();
    book.remove("target/workbook/key-for-teacher");
    class.begin_anew(&book);
    teacher.until_says("#trouble", "not that of this class's teacher");
    teacher.click("#trouble input");
    let address = format!("http://{}/teacher#key={}", class.server.host(), class.key());
    teacher.write(&address);
    teacher.press([key::ENTER]);
    teacher.until_says("#trouble", "has begun anew");
    teacher.click(&format!("{TEA} .answer summary"));
    teacher.until_says(&format!("{TEA} .answer"), "herrings");
}

#[test]
#[ignore = "needs Chromium: apt-get install chromium chromium-driver, then cargo test --features browser --test browser -- --ignored"]
fn who_has_joined_with_a_server_of_their_own_reads_answers_and_sees_the_reveal() {
    const SOUNDER: &str = "figure.run[data-snippet='tea/sounder']";
    let book = book();
    kettle::dress(&book);
    let mut class = Class::start(&book, &[]);
    class.questions();
    let own = Book::new();
    for (path, text) in book.files() {
        own.write(&path, &text);
    }
    let room = format!("http://{}/", class.server.host());
    let joined = Server::ready(&own, &["--join", &room]);
    let teacher = teacher(&class);
    teacher.until_says("#standing", "1 in the room");
    let ada = Reader::new();
    ada.open(&joined.address_of("tea.html"));
    ada.until_says(".class-status", "You are in the class.");
    assert!(ada.sees("#and-then") && ada.sees(POT) && ada.sees(".in-room"));
    // At home every program runs and is edited but the one in question.
    ada.until_seen("figure.run[data-snippet='tea/main'] .run-live");
    ada.until_seen("figure.listing[data-snippet='tea/main'] .edit");
    let asked = "figure.listing:not(.diff, [data-snippet])";
    assert_eq!(ada.count(asked), 1);
    assert_eq!(ada.count(&format!("{asked} :is(.edit, .run-edit)")), 0);
    assert_eq!((ada.count(SOUNDER), ada.count(".show-run")), (0, 0));
    let can_run: Vec<String> = ada.see(
        "return [...document.querySelectorAll('.run-live')].map((it) => it.closest('[data-snippet]').dataset.snippet)",
    );
    assert_eq!(can_run, ["tea/main"]);
    choose(&ada, 1);
    teacher.until("it is counted", || taken(&teacher) == ["0", "1", "0"]);
    reveal(&teacher, TEA);
    ada.until_says(&format!("{SOUNDER} .output"), "zucchini");
    ada.until_says(POT, "herrings");
    ada.until_says(POT, "So it is.");
    ada.until_seen(&format!("{SOUNDER} .run-live"));
    ada.click(&format!("{SOUNDER} .run-live"));
    ada.until_says(&format!("{SOUNDER} .live .status"), "done");
    // The book goes on without the teacher.
    class.server.kill();
    ada.until_says(".class-status", "The book goes on here.");
    ada.click("figure.run[data-snippet='tea/main'] .run-live");
    ada.until_says("figure.run[data-snippet='tea/main'] .live .status", "done");
    // That nobody answered is no fault of the page's.
    let complaints = ada.complaints();
    let is_lost = |it: &String| it.contains("/api/room/") && it.contains("502");
    assert!(complaints.iter().all(is_lost), "{complaints:?}");
}
