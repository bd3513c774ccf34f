//! A reader with a mouse, a keyboard and eyes: what a test does on a page, and what it sees there.

use std::fmt::Display;
use std::time::{Duration, Instant};

use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::driver::{Driver, element, element_id};

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
    pub(crate) const END: char = '\u{e010}';
    pub(crate) const HOME: char = '\u{e011}';
    pub(crate) const LEFT: char = '\u{e012}';
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

    #[track_caller]
    fn send(&self, command: &str, body: &Value) -> Value {
        match self.driver.send(command, body) {
            Ok(value) => value,
            Err(error) => panic!("{command}: {error}"),
        }
    }

    /// Sends a command of Chromium's own protocol.
    #[track_caller]
    pub(crate) fn chromium(&self, method: &str, parameters: &Value) -> Value {
        let body = json!({ "cmd": method, "params": parameters });
        self.send("goog/cdp/execute", &body)
    }

    // What the reader does.

    /// Opens an address, and waits until the page and all that it loads at once are there.
    #[track_caller]
    pub(crate) fn open(&self, url: &str) {
        self.send("url", &json!({ "url": url }));
    }

    #[track_caller]
    pub(crate) fn reload(&self) {
        self.send("refresh", &json!({}));
    }

    /// Makes the window this wide, in CSS pixels.
    #[track_caller]
    pub(crate) fn widen(&self, width: u32) {
        let size =
            json!({ "width": width, "height": 900, "deviceScaleFactor": 1, "mobile": false });
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
        let id = self.find(selector);
        // Out from under the bar at the top, as a reader would scroll.
        self.see_with::<()>(
            "arguments[0].scrollIntoView({ block: 'center' })",
            json!([element(&id)]),
        );
        self.send(&format!("element/{id}/click"), &json!({}));
    }

    /// Moves the mouse to the middle of what a CSS selector finds.
    #[track_caller]
    pub(crate) fn point_at(&self, selector: &str) {
        let id = self.find(selector);
        self.see_with::<()>(
            "arguments[0].scrollIntoView({ block: 'center' })",
            json!([element(&id)]),
        );
        let there = json!({ "type": "pointerMove", "origin": element(&id), "x": 0, "y": 0 });
        let mouse = json!({ "type": "pointer", "id": "mouse", "actions": [there] });
        self.send("actions", &json!({ "actions": [mouse] }));
    }

    /// Clicks at a share of the width of what a CSS selector finds: 0.0 is its left end, 1.0 its right.
    #[track_caller]
    pub(crate) fn click_at(&self, selector: &str, share: f64) {
        let id = self.find(selector);
        let shift: f64 = self.see_with(
            "const box = arguments[0].getBoundingClientRect(); return box.width * (arguments[1] - 0.5)",
            json!([element(&id), share]),
        );
        let actions = json!([
            { "type": "pointerMove", "origin": element(&id), "x": shift.round() as i64, "y": 0 },
            { "type": "pointerDown", "button": 0 },
            { "type": "pointerUp", "button": 0 },
        ]);
        let mouse = json!({ "type": "pointer", "id": "mouse", "actions": actions });
        self.send("actions", &json!({ "actions": [mouse] }));
    }

    /// Presses keys one after another.
    #[track_caller]
    pub(crate) fn press(&self, keys: impl IntoIterator<Item = char>) {
        let strokes = keys.into_iter().flat_map(|key| {
            ["keyDown", "keyUp"].map(|kind| json!({ "type": kind, "value": key.to_string() }))
        });
        self.strike(strokes.collect());
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
        let stroke = |kind, key: char| json!({ "type": kind, "value": key.to_string() });
        self.strike(vec![
            stroke("keyDown", held),
            stroke("keyDown", key),
            stroke("keyUp", key),
            stroke("keyUp", held),
        ]);
    }

    #[track_caller]
    fn strike(&self, strokes: Vec<Value>) {
        let mut keyboard = json!({ "type": "key", "id": "keyboard" });
        keyboard["actions"] = strokes.into();
        self.send("actions", &json!({ "actions": [keyboard] }));
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
                let marked: bool = self.see(
                    "const isMarked = (part) => {
                         const { outlineStyle, outlineWidth } = getComputedStyle(part);
                         return outlineStyle !== 'none' && parseFloat(outlineWidth) > 0;
                     };
                     // An editor is marked as a whole.
                     const part = document.activeElement;
                     return isMarked(part) || isMarked(part.closest('.cm-editor') ?? part)",
                );
                assert!(marked, "`{selector}` does not show that it has the focus");
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
        let mut body = json!({ "script": script });
        body["args"] = arguments;
        let value = self.send("execute/sync", &body);
        serde_json::from_value(value.clone())
            .unwrap_or_else(|error| panic!("{error} in {value} from: {script}"))
    }

    #[track_caller]
    fn find(&self, selector: &str) -> String {
        let body = json!({ "using": "css selector", "value": selector });
        let found = self.send("element", &body);
        element_id(&found).expect("an element has an id")
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
        let id = self.find(selector);
        let text = self.driver.get(&format!("element/{id}/text"));
        let text = text.unwrap_or_else(|error| panic!("{error}"));
        text.as_str().expect("text is text").to_owned()
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

    // What the browser notes.

    /// What was written to the console since this was last asked: complaints of ours, of the browser's, and
    /// exceptions that nobody caught.
    #[track_caller]
    pub(crate) fn complaints(&self) -> Vec<String> {
        let log = self.send("se/log", &json!({ "type": "browser" }));
        let entries = log.as_array().expect("a log is a list");
        let bad = |entry: &&Value| {
            ["WARNING", "SEVERE"]
                .iter()
                .any(|level| entry["level"] == *level)
        };
        let words = |entry: &Value| entry["message"].as_str().unwrap_or_default().to_owned();
        entries.iter().filter(bad).map(words).collect()
    }

    /// The addresses that pages have asked for since this was last asked.
    #[track_caller]
    pub(crate) fn requests(&self) -> Vec<String> {
        let log = self.send("se/log", &json!({ "type": "performance" }));
        let entries = log.as_array().expect("a log is a list").iter();
        let events = entries
            .filter_map(|entry| serde_json::from_str::<Value>(entry["message"].as_str()?).ok());
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
        let picture = self.driver.get("screenshot").expect("a picture");
        std::fs::write(file, picture.to_string()).expect("a file");
    }

    /// Says good-bye: a page that was used has nothing to complain about.
    #[track_caller]
    pub(crate) fn leaves_without_a_complaint(self) {
        assert_eq!(self.complaints(), [""; 0]);
    }
}
