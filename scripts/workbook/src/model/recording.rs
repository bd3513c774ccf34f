//! A recorded run: what it was made from, where, and what it showed.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::model::normal::{self, Difference, Order};
use crate::model::problem::Problem;
use crate::model::run::{Cut, Ending, Figures, Line, Run};
use crate::model::timeline::Lane;

/// The version of the format; a recording of another version is refused.
const SCHEMA: u32 = 1;

/// One recorded run of a snippet, or one recorded refusal of the compiler.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Recording {
    /// `CHAPTER/NAME`
    pub(crate) snippet: String,
    /// What a reader types to run it.
    pub(crate) command: String,
    pub(crate) made_from: MadeFrom,
    pub(crate) made_on: MadeOn,
    /// What the compiler said: the error that must come, or the warning that is the lesson.
    pub(crate) compiler: Vec<String>,
    pub(crate) run: Run,
}

/// Everything that makes a recording stale when it changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct MadeFrom {
    pub(crate) sources: Vec<Source>,
    /// The chapter's own dependencies, as `Cargo.lock` has them.
    pub(crate) dependencies: BTreeMap<String, String>,
    pub(crate) profile: String,
    pub(crate) args: Vec<String>,
    /// The hashes of what the book sets for it: all versions, features, the profile, by where that stands.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) settings: BTreeMap<String, String>,
    /// What else its manifest says that makes its run, or the compiler's words, what they are.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) entry: BTreeMap<String, String>,
    /// What the machine sets that has another program made of the same files.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) flags: BTreeMap<String, String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Source {
    /// Relative to the book's root.
    pub(crate) path: String,
    /// Of the text with `\n` at the end of each line, whatever the checkout has.
    pub(crate) sha256: String,
}

/// Where it was made: told to the reader, never a reason to call it stale.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct MadeOn {
    pub(crate) rustc: String,
    pub(crate) os: String,
    pub(crate) cores: usize,
}

/// A recording as it stands in its file.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RecordingFile {
    schema: u32,
    snippet: String,
    command: String,
    made_from: MadeFrom,
    made_on: MadeOn,
    ending: Ending,
    figures: Figures,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    compiler: Vec<String>,
    lines: Vec<Line>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    cut: Option<Cut>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    timeline: Vec<Lane>,
    #[serde(default, skip_serializing_if = "is_zero")]
    left_behind: usize,
}

fn is_zero(n: &usize) -> bool {
    *n == 0
}

impl From<RecordingFile> for Recording {
    fn from(file: RecordingFile) -> Self {
        Self {
            snippet: file.snippet,
            command: file.command,
            made_from: file.made_from,
            made_on: file.made_on,
            compiler: file.compiler,
            run: Run {
                ending: file.ending,
                figures: file.figures,
                lines: file.lines,
                cut: file.cut,
                timeline: file.timeline,
                left_behind: file.left_behind,
            },
        }
    }
}

impl From<Recording> for RecordingFile {
    fn from(recording: Recording) -> Self {
        let Run {
            ending,
            figures,
            lines,
            cut,
            timeline,
            left_behind,
        } = recording.run;
        Self {
            schema: SCHEMA,
            snippet: recording.snippet,
            command: recording.command,
            made_from: recording.made_from,
            made_on: recording.made_on,
            ending,
            figures,
            compiler: recording.compiler,
            lines,
            cut,
            timeline,
            left_behind,
        }
    }
}

impl Recording {
    /// Reads a recording from its text.
    ///
    /// # Errors
    /// Where it is not JSON, not of this schema, or says what no run can say: what, and in which line.
    pub(crate) fn parse(text: &str) -> Result<Self, Problem> {
        let malformed = |line: usize, what: String| Err(Problem::new("", line, what, ""));
        let file: RecordingFile = match serde_json::from_str(text) {
            Ok(file) => file,
            Err(error) => {
                let what = format!("the recording is malformed: {error}");
                return malformed(error.line(), what);
            }
        };
        if file.schema != SCHEMA {
            let schema = file.schema;
            let what =
                format!("the recording has schema {schema}, this tool reads schema {SCHEMA}");
            return malformed(1, what);
        }
        let recording = Self::from(file);
        let run = &recording.run;
        if run
            .cut
            .as_ref()
            .is_some_and(|cut| cut.after > run.lines.len())
        {
            let what = "the recording cuts after lines that it does not have";
            return malformed(1, what.into());
        }
        if let Some(time) = times(run).find(|t| !(0.0..=LONGEST).contains(t)) {
            let what = match time < 0.0 {
                true => "the recording has a time below zero".into(),
                false => format!("the recording has a time of {time:e} s: no run takes so long"),
            };
            return malformed(1, what);
        }
        if let Some(count) = counts(run).into_iter().find(|count| *count > MOST) {
            let what = format!("the recording has a figure of {count}: no run has so many");
            return malformed(1, what);
        }
        Ok(recording)
    }

    /// The text of the file: JSON that reviews well, with one line of output a line.
    pub(crate) fn to_text(&self) -> String {
        let file = RecordingFile::from(self.clone());
        let value = serde_json::to_value(file).expect("a recording is plain data");
        let mut text = String::new();
        pretty(&value, 0, &mut text);
        text.push('\n');
        text
    }

    /// In what `newer` says something else of which no claim speaks, or may speak; each in words. Nothing is said of
    /// what changes from run to run.
    pub(crate) fn unclaimed_differences(&self, newer: &Self, of_output: bool) -> Vec<String> {
        let mut found = Vec::new();
        let (was, is) = (&self.run, &newer.run);
        if of_output && was.cut.is_none() && is.cut.is_none() {
            let lines = normal::difference(None, &was.lines, &is.lines);
            found.extend(lines.and_then(|it| kind_in_words("a line", &it)));
            let lanes = |run: &Run| normal::shapes_of(run.timeline.iter().map(|it| &*it.name));
            let lanes = normal::differ_in_kind(&lanes(was), &lanes(is));
            found.extend(lanes.and_then(|it| kind_in_words("a lane", &it)));
        }
        // Another compiler may have other words for it.
        let words = |it: &Self| normal::before_library_source(&it.compiler);
        let (words_then, words_now) = (words(self), words(newer));
        if self.made_on.rustc == newer.made_on.rustc && words_then != words_now {
            let mut pairs = words_then.iter().zip(&words_now);
            let other = pairs.find(|(was, is)| was != is);
            found.push(match other {
                Some((was, is)) => {
                    format!("the compiler's words: `{was}` was recorded, `{is}` came")
                }
                None => "the compiler's words: more of them, or fewer".to_owned(),
            });
        }
        if was.left_behind != is.left_behind {
            let (was, is) = (was.left_behind, is.left_behind);
            found.push(format!(
                "processes left behind: {was} were recorded, {is} came"
            ));
        }
        found
    }

    /// Whether `newer` says the same, but for what changes from run to run. Without an order, lines may come in any
    /// number and order.
    pub(crate) fn says_the_same(&self, newer: &Self, order: Option<Order>) -> bool {
        let lanes = |recording: &Self| {
            let names = recording.run.timeline.iter().map(|lane| lane.name.as_str());
            if order.is_none() {
                // A lane may be named after the thread that happened to take it.
                return normal::shapes_of(names);
            }
            let mut names: Vec<_> = names.map(str::to_owned).collect();
            names.sort();
            names
        };
        self.has_figures_of(newer)
            && normal::difference(order, &self.run.lines, &newer.run.lines).is_none()
            && lanes(self) == lanes(newer)
            && self.run.ending == newer.run.ending
            && self.command == newer.command
            && self.compiler == newer.compiler
            && self.run.left_behind == newer.run.left_behind
    }
}

impl Recording {
    /// Whether it has each figure that `newer` has. It lacks one that the tool has learned to measure since.
    fn has_figures_of(&self, newer: &Self) -> bool {
        let names = |recording: &Self| {
            let figures = serde_json::to_value(&recording.run.figures);
            let mut names = figures.expect("figures are plain data");
            // Threads are counted now and then: a run of milliseconds may have none.
            names.as_object_mut().map(|it| it.remove("threads"));
            names
        };
        let (has, wants) = (names(self), names(newer));
        let mut wanted = wants.as_object().into_iter().flatten();
        wanted.all(|(name, _)| has.get(name).is_some())
    }
}

fn kind_in_words(what: &str, difference: &Difference) -> Option<String> {
    match difference {
        Difference::Kind(_, Some(new)) => {
            Some(format!("{what} like `{new}` came, and was not recorded"))
        }
        Difference::Kind(Some(gone), None) => Some(format!(
            "{what} like `{gone}` was recorded, and did not come"
        )),
        _ => None,
    }
}

/// Seconds: a deadline is at most ten minutes.
const LONGEST: f64 = 1e6;
/// All whole numbers up to this are told exactly by the figures of a page.
const MOST: u64 = 1 << 53;

/// All times of a run, in seconds.
fn times(run: &Run) -> impl Iterator<Item = f64> {
    let figures = &run.figures;
    let figures = [figures.wall, figures.user, figures.system];
    let lines = run.lines.iter().map(|line| Some(line.t));
    let lanes = run.timeline.iter().flat_map(|lane| {
        let bars = lane
            .bars
            .iter()
            .flat_map(|bar| [Some(bar.from), bar.to, bar.cpu]);
        let wakes = lane.wakes.iter().copied().map(Some);
        let waits = lane.waits.iter();
        let waits = waits.flat_map(|wait| [Some(wait.from), Some(wait.to)]);
        [Some(lane.from), Some(lane.to)]
            .into_iter()
            .chain(bars)
            .chain(wakes)
            .chain(waits)
    });
    figures.into_iter().chain(lines).chain(lanes).flatten()
}

/// All that is counted in a run.
fn counts(run: &Run) -> Vec<u64> {
    let figures = &run.figures;
    let cut = run.cut.as_ref().map(|cut| cut.lines as u64);
    let figures = [
        figures.max_rss,
        figures.threads,
        figures.voluntary_switches,
        figures.involuntary_switches,
        Some(run.left_behind as u64),
        cut,
    ];
    let polls = run.timeline.iter().map(|lane| lane.polls);
    figures.into_iter().flatten().chain(polls).collect()
}

/// Pretty JSON in which what is flat and short stands on one line.
fn pretty(value: &Value, depth: usize, text: &mut String) {
    let flat = |value: &Value| !matches!(value, Value::Array(_) | Value::Object(_));
    let indent = |text: &mut String, depth: usize| {
        text.push('\n');
        text.push_str(&"  ".repeat(depth));
    };
    match value {
        Value::Object(map) if depth > 1 && map.values().all(flat) => {
            let fields: Vec<_> = map
                .iter()
                .map(|(key, value)| format!("{}: {value}", Value::from(key.as_str())))
                .collect();
            text.push_str(&format!("{{ {} }}", fields.join(", ")));
        }
        Value::Object(map) if !map.is_empty() => {
            text.push('{');
            for (at, (key, value)) in map.iter().enumerate() {
                text.push_str(if at > 0 { "," } else { "" });
                indent(text, depth + 1);
                text.push_str(&format!("{}: ", Value::from(key.as_str())));
                pretty(value, depth + 1, text);
            }
            indent(text, depth);
            text.push('}');
        }
        Value::Array(list) if !list.is_empty() => {
            text.push('[');
            for (at, value) in list.iter().enumerate() {
                text.push_str(if at > 0 { "," } else { "" });
                indent(text, depth + 1);
                pretty(value, depth + 1, text);
            }
            indent(text, depth);
            text.push(']');
        }
        _ => text.push_str(&value.to_string()),
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::model::run::Stream;
    use crate::model::timeline::{Bar, LaneEnd};

    pub(crate) fn recording(lines: &[&str]) -> Recording {
        let lines = lines.iter().map(|text| Line {
            t: 0.5,
            stream: Stream::Out,
            text: (*text).to_owned(),
        });
        Recording {
            snippet: "tea/main".into(),
            command: "cargo run -p tea".into(),
            made_from: MadeFrom {
                sources: vec![Source {
                    path: "chapters/tea/src/main.rs".into(),
                    sha256: "00".into(),
                }],
                dependencies: BTreeMap::new(),
                profile: "dev".into(),
                args: Vec::new(),
                settings: BTreeMap::new(),
                entry: BTreeMap::new(),
                flags: BTreeMap::new(),
            },
            made_on: MadeOn {
                rustc: "1.95.0".into(),
                os: "linux".into(),
                cores: 2,
            },
            compiler: Vec::new(),
            run: Run {
                figures: Figures {
                    wall: Some(1.0),
                    ..Figures::default()
                },
                lines: lines.collect(),
                ..Run::ended(Ending::Ok)
            },
        }
    }

    #[test]
    fn what_is_written_is_read_back() {
        let recording = recording(&["kettle on", "quote \" and </script>", "poured"]);
        let text = recording.to_text();
        assert_eq!(Recording::parse(&text).unwrap(), recording);
        assert!(
            text.contains("\n    { \"t\": 0.5, \"stream\": \"out\", \"text\": \"kettle on\" },\n"),
            "{text}"
        );
    }

    #[test]
    fn a_malformed_recording_names_its_line() {
        let text = recording(&["a"]).to_text();
        let broken = text.replace("\"rustc\"", "\"rustic\"");
        let error = Recording::parse(&broken).unwrap_err();
        assert!(error.what.contains("rustic"), "{}", error.what);
        assert!(error.line > 5, "line {}", error.line);
        let cut = &text[..text.len() / 2];
        assert!(Recording::parse(cut).unwrap_err().what.contains("EOF"));
        let future = text.replace("\"schema\": 1", "\"schema\": 2");
        assert!(
            Recording::parse(&future)
                .unwrap_err()
                .what
                .contains("schema 2")
        );
        let past = text.replace("\"t\": 0.5", "\"t\": -0.5");
        assert!(
            Recording::parse(&past)
                .unwrap_err()
                .what
                .contains("below zero")
        );
    }

    #[test]
    fn a_number_that_no_run_can_have_is_refused() {
        let mut sound = recording(&["a"]);
        sound.run.timeline = vec![Lane {
            name: "tea".into(),
            from: 0.25,
            to: 0.75,
            end: LaneEnd::Ready,
            polls: 3,
            bars: vec![Bar {
                from: 0.375,
                to: Some(0.625),
                cpu: Some(0.125),
                sleeps: None,
                put_off: None,
                thread: 0,
            }],
            wakes: vec![0.4375],
            waits: Vec::new(),
            more_waits: false,
            woken_by: None,
        }];
        sound.run.cut = Some(Cut { after: 1, lines: 7 });
        sound.run.left_behind = 2;
        sound.run.figures.max_rss = Some(4096);
        let text = sound.to_text();
        assert_eq!(Recording::parse(&text).unwrap(), sound);
        for number in ["0.5", "0.25", "0.75", "0.375", "0.625", "0.125", "0.4375"] {
            for wrong in ["1e400", "-1e-9", "1e300", "NaN", "18446744073709551616"] {
                let changed = text.replacen(number, wrong, 1);
                assert_ne!(changed, text, "{number}");
                Recording::parse(&changed).expect_err(&changed);
            }
        }
        for (key, number) in [
            ("lines", "7"),
            ("polls", "3"),
            ("left_behind", "2"),
            ("max_rss", "4096"),
        ] {
            for wrong in [
                "-1",
                "18446744073709551615",
                "18446744073709551616",
                "1e400",
                "9007199254740993",
            ] {
                let from = format!("\"{key}\": {number}");
                let changed = text.replacen(&from, &format!("\"{key}\": {wrong}"), 1);
                assert_ne!(changed, text, "{key}");
                Recording::parse(&changed).expect_err(&changed);
            }
        }
    }

    #[test]
    fn times_and_figures_do_not_make_a_difference() {
        let one = recording(&["took 12 ms"]);
        let mut two = recording(&["took 13 ms"]);
        two.run.figures.wall = Some(2.0);
        assert!(one.says_the_same(&two, Some(Order::Exact)));
        let three = recording(&["took long"]);
        assert!(!one.says_the_same(&three, Some(Order::Exact)));
        two.run.ending = Ending::Panic;
        assert!(!one.says_the_same(&two, Some(Order::Exact)));
    }

    #[test]
    fn a_recording_without_a_figure_that_is_measured_now_is_another() {
        let old = recording(&["poured"]);
        let mut new = old.clone();
        new.run.figures.threads = Some(2);
        assert!(old.says_the_same(&new, None));
        new.run.figures.max_rss = Some(1);
        assert!(!old.says_the_same(&new, None));
        assert!(new.says_the_same(&old, None));
    }

    #[test]
    fn what_may_change_follows_from_the_claim() {
        let one = recording(&["tea 1", "tea 2"]);
        let two = recording(&["tea 2", "tea 1"]);
        let three = recording(&["tea 3"]);
        let four = recording(&["cup 3"]);
        assert!(!one.says_the_same(&two, Some(Order::Exact)));
        assert!(one.says_the_same(&two, Some(Order::Any)));
        assert!(!one.says_the_same(&three, Some(Order::Any)));
        assert!(one.says_the_same(&three, None));
        assert!(!one.says_the_same(&four, None));
    }

    #[test]
    fn lanes_named_by_chance_make_no_difference_where_nothing_asks_for_order() {
        let lane = |name: &str| Lane {
            name: name.to_owned(),
            from: 0.0,
            to: 1.0,
            end: LaneEnd::Ready,
            polls: 0,
            bars: Vec::new(),
            wakes: Vec::new(),
            waits: Vec::new(),
            more_waits: false,
            woken_by: None,
        };
        let mut one = recording(&["chopped"]);
        let mut two = one.clone();
        one.run.timeline = vec![lane("worker 1: chop 1"), lane("worker 2: chop 2")];
        two.run.timeline = vec![lane("worker 4: chop 1"), lane("worker 4: chop 2")];
        assert!(one.says_the_same(&two, None));
        assert!(!one.says_the_same(&two, Some(Order::Any)));
        two.run.timeline.push(lane("heart"));
        assert!(!one.says_the_same(&two, None));
    }

    proptest::proptest! {
        #![proptest_config(crate::model::mutation::config())]
        #[test]
        fn no_damage_makes_it_panic(text in crate::model::mutation::damaged(
            &[include_str!("../../../../chapters/join/recordings/main.json")],
            &["\"", "{", "}", "[", "]", ",", "null", "\"t\": ", "\"polls\": ", "\"after\": ", "exit 300", "\"lines\": []"],
        )) {
            if let Ok(recording) = Recording::parse(&text) {
                // Not equal: a time of many digits is read to the last bit but one.
                Recording::parse(&recording.to_text()).unwrap();
                let run = &recording.run;
                assert!(run.wall() >= 0.0 && run.line_count() < usize::MAX);
                recording.says_the_same(&recording, Some(Order::Any));
            }
        }
    }
}
