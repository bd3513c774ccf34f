//! A recorded run plays again at the speed at which it came, and can be held, hurried and searched.

use std::time::{Duration, Instant};

use serde::Deserialize;
use serde_json::json;

use crate::kettle::{self, LINES, QUICK, WALL};
use crate::reader::{Reader, key};
use crate::site::Static;

const RUN: &str = "figure.run[data-snippet='tea/main']";
const QUICK_RUN: &str = "figure.run[data-snippet='tea/quick']";

/// What a replay shows at one moment, read at once.
#[derive(Debug, PartialEq, Deserialize)]
struct Moment {
    /// Seconds into the run, by the slider; `None` where nothing is replayed.
    t: Option<f64>,
    clock: String,
    /// Which lines are seen.
    lines: Vec<bool>,
    /// Percent of the width of the timeline, of the cursor.
    cursor: Option<f64>,
}

impl Moment {
    fn seen(&self) -> usize {
        self.lines.iter().filter(|seen| **seen).count()
    }
}

fn moment(reader: &Reader, run: &str, wall: f64) -> Moment {
    let script = "
        const run = document.querySelector(arguments[0]), panel = run.querySelector('.replaying');
        const cursor = run.querySelector('.cursor')?.getAttribute('x1');
        return {
            t: panel === null ? null : panel.querySelector('input').value / 1000 * arguments[1],
            clock: panel?.querySelector('.clock').textContent ?? '',
            lines: [...run.querySelectorAll('.output .line')].map((line) =>
                line.checkVisibility({ visibilityProperty: true })),
            cursor: cursor === undefined ? null : parseFloat(cursor),
        };";
    reader.see_with(script, json!([run, wall]))
}

/// The page on tea, its first question answered: the run is there to be replayed.
fn at_the_run() -> (Static, Reader) {
    let site = Static::of(kettle::book());
    let reader = Reader::new();
    reader.open(&site.url("tea.html"));
    reader.click("fieldset[data-run='tea/main'] .show-run");
    (site, reader)
}

fn part(rest: &str) -> String {
    format!("{RUN} {rest}")
}

/// Looks again and again until it stands still at its end.
fn watch(reader: &Reader, run: &str, wall: f64) -> Vec<Moment> {
    let start = Instant::now();
    let mut moments = vec![moment(reader, run, wall)];
    while moments[moments.len() - 1].t.is_some_and(|t| t < wall) {
        assert!(start.elapsed() < Duration::from_secs(20), "it never ends");
        moments.push(moment(reader, run, wall));
    }
    moments
}

#[test]
#[ignore = "needs Chromium: apt-get install chromium chromium-driver, then cargo test --features browser --test browser -- --ignored"]
fn lines_come_at_their_times_and_the_cursor_runs_with_them() {
    let (_site, reader) = at_the_run();
    assert_eq!(
        moment(&reader, RUN, WALL).seen(),
        LINES.len(),
        "all is there before"
    );
    let start = Instant::now();
    reader.click(&part(".replay"));
    let moments = watch(&reader, RUN, WALL);
    let took = start.elapsed().as_secs_f64();
    assert!((WALL - 0.1..WALL + 3.0).contains(&took), "it took {took} s");
    for moment in &moments {
        let t = moment.t.expect("it is replayed");
        // The slider has a thousand steps.
        let due = |slack: f64| LINES.iter().filter(|at| **at <= t + slack).count();
        let seen = moment.seen();
        assert!(
            (due(-0.003)..=due(0.003)).contains(&seen),
            "{seen} lines at {t} s"
        );
        assert!(
            moment.lines.is_sorted_by(|a, b| a >= b),
            "the first ones first: {moment:?}"
        );
        let cursor = moment.cursor.expect("it has a timeline");
        assert!((cursor - t / WALL * 100.0).abs() < 0.2, "{moment:?}");
    }
    assert!(moments.is_sorted_by(|a, b| a.t <= b.t), "time goes on");
    let half_way = |moment: &&Moment| (1..LINES.len()).contains(&moment.seen());
    assert!(
        moments.iter().filter(half_way).count() > 5,
        "some seen, some not: {moments:?}"
    );
    assert_eq!(moments[moments.len() - 1].clock, "2.00 s");
    assert_eq!(reader.text(&part(".pause")), "Play");
    reader.leaves_without_a_complaint();
}

#[test]
#[ignore = "needs Chromium: apt-get install chromium chromium-driver, then cargo test --features browser --test browser -- --ignored"]
fn a_closer_look_is_uncovered_in_its_time() {
    // It shows the run from 0.8 to 1.2 seconds.
    let (_site, reader) = at_the_run();
    reader.click(&part(".replay"));
    for (share, uncovered) in [(0.2, 0.0), (0.5, 50.0), (0.55, 75.0), (0.9, 100.0)] {
        reader.click_at(&part("input[type='range']"), share);
        let script = "
            const [plot, strip] = document.querySelectorAll(arguments[0]);
            return [plot, strip].map((it) => parseFloat(it.getAttribute('x')));";
        let [plot, strip]: [f64; 2] = reader.see_with(script, json!([part(".curtain")]));
        // The mouse finds the slider's steps only nearly, and the strip is five times as large.
        assert!((plot - share * 100.0).abs() < 1.5, "{plot} of {share}");
        assert!((strip - uncovered).abs() < 7.5, "{strip} at {share}");
    }
    reader.leaves_without_a_complaint();
}

#[test]
#[ignore = "needs Chromium: apt-get install chromium chromium-driver, then cargo test --features browser --test browser -- --ignored"]
fn a_replay_is_held_and_goes_on() {
    let (_site, reader) = at_the_run();
    reader.click(&part(".replay"));
    reader.until("the second line", || moment(&reader, RUN, WALL).seen() == 2);
    reader.click(&part(".pause"));
    let held = moment(&reader, RUN, WALL);
    assert_eq!(reader.text(&part(".pause")), "Play");
    reader.lets_frames_pass();
    assert_eq!(moment(&reader, RUN, WALL), held, "it stands still");
    reader.click(&part(".pause"));
    assert_eq!(reader.text(&part(".pause")), "Pause");
    let moments = watch(&reader, RUN, WALL);
    assert!(moments[0].t >= held.t, "from where it was");
    // At its end Play begins anew.
    reader.click(&part(".pause"));
    assert!(moment(&reader, RUN, WALL).t < Some(WALL));
    reader.leaves_without_a_complaint();
}

#[test]
#[ignore = "needs Chromium: apt-get install chromium chromium-driver, then cargo test --features browser --test browser -- --ignored"]
fn a_replay_is_hurried_and_slowed_down() {
    let (_site, reader) = at_the_run();
    reader.click(&part(".replay"));
    reader.click(&part("select option:last-child"));
    assert_eq!(reader.text(&part("select option:checked")), "5×");
    let fast = rate(&reader);
    assert!((4.0..6.0).contains(&fast), "{fast} times the speed");
    reader.click(&part("select option:first-child"));
    assert_eq!(reader.text(&part("select option:checked")), "0.1×");
    let slow = rate(&reader);
    assert!((0.05..0.15).contains(&slow), "{slow} times the speed");
    reader.leaves_without_a_complaint();
}

/// Seconds of the run that pass in a second, from its beginning on.
fn rate(reader: &Reader) -> f64 {
    let script = "
        const [scrub, pause] = ['input', '.pause'].map((name) =>
            document.querySelector(`${arguments[0]} .replaying ${name}`));
        scrub.value = 0;
        scrub.dispatchEvent(new Event('input'));
        pause.click();
        return new Promise((done) => {
            const seen = [];
            const look = (now) => {
                const t = scrub.value / 1000 * arguments[1];
                if (seen.length > 3 && (t >= arguments[1] || now - seen[0].now > 200)) {
                    const [first, last] = [seen[0], seen.at(-1)];
                    done((last.t - first.t) / (last.now - first.now) * 1000);
                } else {
                    seen.push({ t, now });
                    requestAnimationFrame(look);
                }
            };
            requestAnimationFrame(look);
        });";
    reader.see_with(script, json!([RUN, WALL]))
}

#[test]
#[ignore = "needs Chromium: apt-get install chromium chromium-driver, then cargo test --features browser --test browser -- --ignored"]
fn a_moment_of_the_run_is_found_with_the_mouse() {
    let (_site, reader) = at_the_run();
    reader.click(&part(".replay"));
    reader.click_at(&part("input[type='range']"), 0.5);
    let half_way = moment(&reader, RUN, WALL);
    let t = half_way.t.expect("it is replayed");
    assert!((0.9..1.1).contains(&t), "{half_way:?}");
    assert_eq!(half_way.lines, [true, true, true, false, false]);
    reader.lets_frames_pass();
    assert_eq!(moment(&reader, RUN, WALL), half_way, "it waits there");
    reader.click_at(&part("input[type='range']"), 0.1);
    assert_eq!(moment(&reader, RUN, WALL).seen(), 1, "and back");
    reader.leaves_without_a_complaint();
}

#[test]
#[ignore = "needs Chromium: apt-get install chromium chromium-driver, then cargo test --features browser --test browser -- --ignored"]
fn a_replay_is_used_by_keyboard_alone() {
    let (site, reader) = at_the_run();
    reader.tab_to(&part(".replay"));
    reader.press([key::ENTER]);
    assert!(
        reader.has_focus(&part(".pause")),
        "the button that had it is gone"
    );
    reader.press([key::SPACE]);
    assert_eq!(reader.text(&part(".pause")), "Play");
    let held = moment(&reader, RUN, WALL);
    reader.press([key::SPACE]);
    assert_eq!(reader.text(&part(".pause")), "Pause");
    reader.until("it goes on", || moment(&reader, RUN, WALL).t > held.t);
    reader.tab_to(&part("input[type='range']"));
    reader.notes_where_the_page_goes();
    reader.press([key::HOME]);
    assert_eq!(moment(&reader, RUN, WALL).t, Some(0.0));
    assert_eq!(
        moment(&reader, RUN, WALL).lines,
        [true, false, false, false, false]
    );
    reader.press([key::RIGHT; 5]);
    let little = moment(&reader, RUN, WALL);
    assert!(little.t > Some(0.0) && little.t < Some(0.4), "{little:?}");
    reader.stays_on_the_page();
    reader.press([key::END]);
    assert_eq!(moment(&reader, RUN, WALL).seen(), LINES.len());
    assert_eq!(moment(&reader, RUN, WALL).clock, "2.00 s");
    let said: String = reader.see("return document.activeElement.getAttribute('aria-valuetext')");
    assert_eq!(said, "2.00 s", "as a screen reader says it");
    reader.tab_to(&part("select"));
    reader.press([key::DOWN]);
    assert_eq!(reader.text(&part("select option:checked")), "2×");
    reader.tab_to(&part(".close"));
    reader.press([key::ENTER]);
    assert!(
        reader.has_focus(&part(".replay")),
        "the reader is where the replay began"
    );
    assert_eq!(reader.count(&part(".replaying")), 0);
    assert_eq!(reader.count(&part(".cursor, .curtain")), 0);
    assert_eq!(moment(&reader, RUN, WALL).seen(), LINES.len());
    assert!(
        reader
            .see::<String>("return location.href")
            .starts_with(&site.url(""))
    );
    reader.leaves_without_a_complaint();
}

#[test]
#[ignore = "needs Chromium: apt-get install chromium chromium-driver, then cargo test --features browser --test browser -- --ignored"]
fn closing_a_replay_half_way_leaves_the_run_as_it_was() {
    let (_site, reader) = at_the_run();
    let whole = "return document.querySelector(arguments[0]).outerHTML";
    let before: String = reader.see_with(whole, json!([RUN]));
    reader.click(&part(".replay"));
    assert!(!reader.sees(&part(".replay")));
    reader.until("the second line", || moment(&reader, RUN, WALL).seen() == 2);
    reader.click(&part(".close"));
    let seen = moment(&reader, RUN, WALL);
    assert_eq!(
        (seen.t, seen.seen(), seen.cursor),
        (None, LINES.len(), None)
    );
    // What is still under way of the replay has nothing to go on with.
    reader.lets_frames_pass();
    let after: String = reader.see_with(whole, json!([RUN]));
    assert_eq!(after, before);
    reader.leaves_without_a_complaint();
}

#[test]
#[ignore = "needs Chromium: apt-get install chromium chromium-driver, then cargo test --features browser --test browser -- --ignored"]
fn where_motion_is_unwelcome_the_cursor_goes_from_line_to_line() {
    let (_site, reader) = at_the_run();
    reader.prefer("prefers-reduced-motion", "reduce");
    reader.click(&part(".replay"));
    let moments = watch(&reader, RUN, WALL);
    let places: Vec<_> = LINES
        .iter()
        .chain([&WALL])
        .map(|t| t / WALL * 100.0)
        .collect();
    for moment in &moments {
        let cursor = moment.cursor.expect("it has a timeline");
        assert!(
            places.iter().any(|place| (place - cursor).abs() < 0.01),
            "it glides: {moment:?}"
        );
    }
    let mut stops: Vec<_> = moments.iter().filter_map(|moment| moment.cursor).collect();
    stops.dedup();
    assert!(stops.len() >= 4, "it does go on: {stops:?}");
    reader.leaves_without_a_complaint();
}

#[test]
#[ignore = "needs Chromium: apt-get install chromium chromium-driver, then cargo test --features browser --test browser -- --ignored"]
fn a_run_of_milliseconds_is_slowed_down_until_it_can_be_seen() {
    let (_site, reader) = at_the_run();
    reader.click("fieldset[data-run='tea/quick'] .show-run");
    let start = Instant::now();
    reader.click(&format!("{QUICK_RUN} .replay"));
    let moments = watch(&reader, QUICK_RUN, QUICK);
    let took = start.elapsed().as_secs_f64();
    assert!((0.8..12.0).contains(&took), "{QUICK} s took {took} s");
    assert!(
        moments.iter().any(|moment| moment.seen() == 1),
        "{moments:?}"
    );
    assert_eq!(moments[moments.len() - 1].clock, "10.00 ms");
    let speed = reader.text(&format!("{QUICK_RUN} select option:checked"));
    assert_eq!(speed, "0.001×", "and it says so");
    reader.leaves_without_a_complaint();
}

#[test]
#[ignore = "needs Chromium: apt-get install chromium chromium-driver, then cargo test --features browser --test browser -- --ignored"]
fn two_replays_on_a_page_run_each_by_itself() {
    let (_site, reader) = at_the_run();
    reader.click("fieldset[data-run='tea/quick'] .show-run");
    reader.click(&part(".replay"));
    reader.click(&part(".pause"));
    let held = moment(&reader, RUN, WALL);
    reader.click(&format!("{QUICK_RUN} .replay"));
    watch(&reader, QUICK_RUN, QUICK);
    assert_eq!(moment(&reader, RUN, WALL), held);
    reader.click(&format!("{QUICK_RUN} .close"));
    assert_eq!(moment(&reader, RUN, WALL), held);
    assert_eq!(
        reader.count("figure.run[data-snippet='cups/main'] .replay, .compare .replay"),
        1,
        "a comparison has one too"
    );
    reader.leaves_without_a_complaint();
}

#[test]
#[ignore = "needs Chromium: apt-get install chromium chromium-driver, then cargo test --features browser --test browser -- --ignored"]
fn a_comparison_is_replayed_by_mouse_and_by_keyboard() {
    const COMPARED: &str = "figure.compare";
    let (_site, reader) = at_the_run();
    let part = |rest: &str| format!("{COMPARED} {rest}");
    let goes_on = || {
        let start = moment(&reader, COMPARED, WALL);
        reader.until("the cursor moves", || {
            moment(&reader, COMPARED, WALL).cursor > start.cursor
        });
    };
    reader.click(&part(".replay"));
    goes_on();
    reader.click(&part(".pause"));
    assert_eq!(reader.text(&part(".pause")), "Play");
    reader.click(&part(".close"));
    assert_eq!(reader.count(&part(".replaying")), 0);
    assert!(reader.has_focus(&part(".replay")));
    reader.press([key::ENTER]);
    goes_on();
    reader.press([key::SPACE]);
    assert_eq!(reader.text(&part(".pause")), "Play");
    reader.tab_to(&part(".close"));
    reader.press([key::SPACE]);
    assert_eq!(reader.count(&part(".replaying")), 0);
    reader.leaves_without_a_complaint();
}
