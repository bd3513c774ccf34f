//! A reader with a mouse, a keyboard and eyes: what a test does on a page, and what it sees there.

use std::fmt::Display;
use std::time::{Duration, Instant};

use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use thirtyfour::action_chain::ActionChain;
use thirtyfour::{By, WebElement};

use crate::driver::Driver;

/// For what comes soon: far more than it takes on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);

/// Keys that are no letter, as the protocol writes them.
pub(crate) mod key {
    pub(crate) const TAB: char = '\u{e004}';
    pub(crate) const ENTER: char = '\u{e007}';
    pub(crate) const SHIFT: char = '\u{e008}';
    pub(crate) const CONTROL: char = '\u{e009}';
    pub(crate) const ESCAPE: char = '\u{e00c}';
    pub(crate) const SPACE: char = ' ';
    pub(crate) const PAGE_UP: char = '\u{e00e}';
    pub(crate) const PAGE_DOWN: char = '\u{e00f}';
    pub(crate) const END: char = '\u{e010}';
    pub(crate) const HOME: char = '\u{e011}';
    pub(crate) const LEFT: char = '\u{e012}';
    pub(crate) const UP: char = '\u{e013}';
    pub(crate) const RIGHT: char = '\u{e014}';
    pub(crate) const DOWN: char = '\u{e015}';
}

#[derive(Debug)]
pub(crate) struct Reader {
    driver: Driver,
}

impl Reader {
    /// Somebody who has never been here: nothing is kept from an earlier visit.
    pub(crate) fn new() -> Self {
        Self {
            driver: Driver::start(),
        }
    }

    /// Sends a command of Chromium's own protocol.
    #[track_caller]
    pub(crate) fn chromium(&self, method: &str, parameters: &Value) {
        self.driver
            .wait(async |session| session.cdp().send_raw(method, parameters).await);
    }

    // What the reader does.

    /// Opens an address, and waits until the page and all that it loads at once are there.
    #[track_caller]
    pub(crate) fn open(&self, url: &str) {
        self.driver.wait(async |session| session.goto(url).await);
    }

    #[track_caller]
    pub(crate) fn reload(&self) {
        self.driver.wait(async |session| session.refresh().await);
    }

    /// Makes the window this wide, in CSS pixels.
    #[track_caller]
    pub(crate) fn widen(&self, width: u32) {
        self.resize(width, 900);
    }

    /// Makes the window this large, in CSS pixels.
    #[track_caller]
    pub(crate) fn resize(&self, width: u32, height: u32) {
        let size =
            json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.chromium("Emulation.setDeviceMetricsOverride", &size);
    }

    /// Asks for something that a style or script can ask the system for, as `prefers-reduced-motion`.
    #[track_caller]
    pub(crate) fn prefer(&self, feature: &str, value: &str) {
        let features = json!({ "features": [{ "name": feature, "value": value }] });
        self.chromium("Emulation.setEmulatedMedia", &features);
    }

    /// Clicks in the middle of what a CSS selector finds, with the mouse.
    #[track_caller]
    pub(crate) fn click(&self, selector: &str) {
        let part = self.in_the_middle(selector);
        self.driver.wait(async |_| part.click().await);
    }

    /// Clicks there twice, as quickly as the system takes for one.
    #[track_caller]
    pub(crate) fn double_click(&self, selector: &str) {
        let part = self.in_the_middle(selector);
        self.act(|hands| hands.double_click_element(&part));
    }

    /// Moves the mouse to the middle of what a CSS selector finds.
    #[track_caller]
    pub(crate) fn point_at(&self, selector: &str) {
        let part = self.in_the_middle(selector);
        self.act(|hands| hands.move_to_element_center(&part));
    }

    /// Clicks at a share of the width of what a CSS selector finds: 0.0 is its left end, 1.0 its right.
    #[track_caller]
    pub(crate) fn click_at(&self, selector: &str, share: f64) {
        let part = self.find(selector);
        let width = self.driver.wait(async |_| part.rect().await).width;
        let shift = (width * (share - 0.5)).round() as i64;
        self.act(|hands| hands.move_to_element_with_offset(&part, shift, 0).click());
    }

    /// Presses keys one after another.
    #[track_caller]
    pub(crate) fn press(&self, keys: impl IntoIterator<Item = char>) {
        self.act(|hands| {
            keys.into_iter()
                .fold(hands, |hands, key| hands.key_down(key).key_up(key))
        });
    }

    /// Types a text into what has the focus.
    #[track_caller]
    pub(crate) fn write(&self, text: &str) {
        let keys = text.chars().map(|c| if c == '\n' { key::ENTER } else { c });
        self.press(keys);
    }

    /// Presses a key while another is held down.
    #[track_caller]
    pub(crate) fn press_with(&self, held: char, key: char) {
        self.act(|hands| hands.key_down(held).key_down(key).key_up(key).key_up(held));
    }

    #[track_caller]
    fn act(&self, plan: impl FnOnce(ActionChain) -> ActionChain) {
        self.driver.wait(async |session| {
            let hands = session.action_chain_with_delay(None, Some(Duration::ZERO));
            plan(hands).perform().await
        });
    }

    /// Presses Tab until what a CSS selector finds has the focus, and is seen to have it.
    #[track_caller]
    pub(crate) fn tab_to(&self, selector: &str) {
        self.tabs(selector, false);
    }

    #[track_caller]
    pub(crate) fn tab_back_to(&self, selector: &str) {
        self.tabs(selector, true);
    }

    #[track_caller]
    fn tabs(&self, selector: &str, back: bool) {
        self.find(selector);
        for _ in 0..200 {
            if back {
                self.press_with(key::SHIFT, key::TAB);
            } else {
                self.press([key::TAB]);
            }
            if self.has_focus(selector) {
                // The editor is told of its focus a moment later.
                self.until(format_args!("`{selector}` shows its focus"), || {
                    self.see(
                        "const isMarked = (part) => {
                             const { outlineStyle, outlineWidth } = getComputedStyle(part);
                             return outlineStyle !== 'none' && parseFloat(outlineWidth) > 0;
                         };
                         // An editor is marked as a whole.
                         const part = document.activeElement;
                         return isMarked(part) || isMarked(part.closest('.cm-editor') ?? part)",
                    )
                });
                let covered: bool = self.see(
                    "const { left, right, top, bottom } = document.activeElement.getBoundingClientRect();
                     const there = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
                     return bottom - top < innerHeight && !document.activeElement.contains(there)",
                );
                assert!(!covered, "`{selector}` has the focus where nobody sees it");
                return;
            }
        }
        panic!("Tab does not come to `{selector}`");
    }

    // What the reader sees.

    /// What a piece of script returns.
    #[track_caller]
    pub(crate) fn see<T: DeserializeOwned>(&self, script: &str) -> T {
        self.see_with(script, json!([]))
    }

    #[track_caller]
    pub(crate) fn see_with<T: DeserializeOwned>(&self, script: &str, arguments: Value) -> T {
        let Value::Array(arguments) = arguments else {
            panic!("arguments are a list: {arguments}");
        };
        let answer = self
            .driver
            .wait(async |session| session.execute(script, arguments).await);
        let value = answer.json();
        serde_json::from_value(value.clone())
            .unwrap_or_else(|error| panic!("{error} in {value} from: {script}"))
    }

    #[track_caller]
    fn find(&self, selector: &str) -> WebElement {
        self.driver
            .wait(async |session| session.find(By::Css(selector)).await)
    }

    /// Finds it, brings it out from under the bar at the top, as a reader would scroll, and waits until it stands
    /// still: the page slides aside for its sidebar.
    #[track_caller]
    fn in_the_middle(&self, selector: &str) -> WebElement {
        let part = self.find(selector);
        self.see_with::<()>(
            "const [part] = arguments;
             part.scrollIntoView({ block: 'center' });
             const moves = document.getAnimations().filter(({ effect }) => effect.target.contains(part));
             return Promise.allSettled(moves.map(({ finished }) => finished)).then(() => undefined)",
            json!([part.to_json().expect("it is JSON")]),
        );
        part
    }

    /// How many elements a CSS selector finds.
    #[track_caller]
    pub(crate) fn count(&self, selector: &str) -> usize {
        let script = "return document.querySelectorAll(arguments[0]).length";
        self.see_with(script, json!([selector]))
    }

    /// Whether what a CSS selector finds is there to be seen, and not empty, hidden or see-through.
    #[track_caller]
    pub(crate) fn sees(&self, selector: &str) -> bool {
        let script = "const part = document.querySelector(arguments[0]); \
             return part !== null && part.getClientRects().length > 0 && part.checkVisibility( \
                 { visibilityProperty: true, opacityProperty: true, contentVisibilityAuto: true })";
        self.see_with(script, json!([selector]))
    }

    /// The text of what a CSS selector finds, as it is shown.
    #[track_caller]
    pub(crate) fn text(&self, selector: &str) -> String {
        let part = self.find(selector);
        self.driver.wait(async |_| part.text().await)
    }

    #[track_caller]
    pub(crate) fn has_focus(&self, selector: &str) -> bool {
        let script = "return document.activeElement === document.querySelector(arguments[0])";
        self.see_with(script, json!([selector]))
    }

    /// Waits for what comes soon.
    #[track_caller]
    pub(crate) fn until(&self, what: impl Display, mut holds: impl FnMut() -> bool) {
        let start = Instant::now();
        while !holds() {
            assert!(start.elapsed() < PATIENCE, "it never came to this: {what}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    #[track_caller]
    pub(crate) fn until_seen(&self, selector: &str) {
        self.until(format_args!("`{selector}` is seen"), || self.sees(selector));
    }

    /// Waits until the text of what a CSS selector finds contains some words.
    #[track_caller]
    pub(crate) fn until_says(&self, selector: &str, words: &str) {
        let mut last = String::new();
        let start = Instant::now();
        while start.elapsed() < PATIENCE {
            let script = "return document.querySelector(arguments[0])?.innerText ?? ''";
            last = self.see_with(script, json!([selector]));
            if last.contains(words) {
                return;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        panic!("`{selector}` never says `{words}`, but: {last}");
    }

    /// Waits until the page was drawn some times more: what moves on it has moved.
    #[track_caller]
    pub(crate) fn lets_frames_pass(&self) {
        self.see::<()>(
            "let left = 20;
             return new Promise((done) => {
                 const frame = () => left-- > 0 ? requestAnimationFrame(frame) : done();
                 frame();
             })",
        );
    }

    // What the browser notes.

    /// From now on it is noted when the page goes to another address.
    #[track_caller]
    pub(crate) fn notes_where_the_page_goes(&self) {
        self.see::<()>(
            "window.gone = [];
             navigation.addEventListener('navigate', ({ destination }) => window.gone.push(destination.url))",
        );
    }

    /// Holds that it did not since that was noted. Another page would have no notes.
    #[track_caller]
    pub(crate) fn stays_on_the_page(&self) {
        let gone: Option<Vec<String>> = self.see("return window.gone ?? null");
        assert_eq!(gone.as_deref(), Some(&[][..]), "the page was left");
    }

    /// What was written to the console since this was last asked: complaints of ours, of the browser's, and
    /// exceptions that nobody caught.
    #[track_caller]
    pub(crate) fn complaints(&self) -> Vec<String> {
        let log = self
            .driver
            .wait(async |session| session.browser_log().await);
        let bad = log
            .into_iter()
            .filter(|entry| ["WARNING", "SEVERE"].contains(&entry.level.as_str()));
        bad.map(|entry| entry.message).collect()
    }

    /// The addresses that pages have asked for since this was last asked.
    #[track_caller]
    pub(crate) fn requests(&self) -> Vec<String> {
        let log = self
            .driver
            .wait(async |session| session.get_log("performance").await);
        let events = log
            .iter()
            .filter_map(|entry| serde_json::from_str::<Value>(&entry.message).ok());
        let asked = events.filter_map(|event| {
            let event = &event["message"];
            let url = match event["method"].as_str()? {
                "Network.requestWillBeSent" => &event["params"]["request"]["url"],
                "Network.webSocketCreated" => &event["params"]["url"],
                _ => return None,
            };
            url.as_str().map(str::to_owned)
        });
        asked.collect()
    }

    /// A picture of the page as it is shown, for somebody who looks why a test fails.
    #[expect(dead_code, reason = "for the author of a test")]
    pub(crate) fn photograph(&self, file: &str) {
        self.driver
            .wait(async |session| session.screenshot(file.as_ref()).await);
    }

    /// Says good-bye: a page that was used has nothing to complain about.
    #[track_caller]
    pub(crate) fn leaves_without_a_complaint(self) {
        assert_eq!(self.complaints(), [""; 0]);
    }
}
