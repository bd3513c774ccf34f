//! A recorded run: what it was made from, where, how it ended, what it printed, and what it cost.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::model::claim::{Claim, Kind, Order};
use crate::model::normal;
use crate::model::timeline::Lane;
pub(crate) use workbook_shim::protocol::{Figures, Stream};

/// The version of the format; a recording of another version is refused.
pub(crate) const SCHEMA: u32 = 1;

/// One recorded run of a snippet, or one recorded refusal of the compiler.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Recording {
    pub(crate) schema: u32,
    /// `CHAPTER/NAME`
    pub(crate) snippet: String,
    /// What a reader types to run it.
    pub(crate) command: String,
    pub(crate) made_from: MadeFrom,
    pub(crate) made_on: MadeOn,
    pub(crate) ending: Ending,
    pub(crate) figures: Figures,
    /// What the compiler said: the error that must come, or the warning that is the lesson.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) compiler: Vec<String>,
    /// The output, in the order in which it came.
    pub(crate) lines: Vec<Line>,
    /// Where lines were left out of the middle: after how many of `lines`, and how many.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) cut: Option<Cut>,
    /// What ran when, where the program draws its timeline.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) timeline: Vec<Lane>,
    /// Processes that were still there when the program had ended, and were killed.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub(crate) left_behind: usize,
}

fn is_zero(n: &usize) -> bool {
    *n == 0
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

/// A line of output.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Line {
    /// Seconds from the start of the run.
    pub(crate) t: f64,
    pub(crate) stream: Stream,
    pub(crate) text: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Cut {
    pub(crate) after: usize,
    pub(crate) lines: usize,
}

/// How a run ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub(crate) enum Ending {
    Ok,
    /// Exit code 101, which Rust gives when `main` panics.
    Panic,
    Exit(i32),
    /// Died by a signal that was not ours; by name where it has one.
    Signal(String),
    /// Still there at the deadline, and using next to no CPU.
    Hang,
    /// Still there at the deadline, and burning CPU.
    Spins,
    /// Printed without end, and was stopped for it.
    Floods,
    /// Was refused by the compiler, with this code, or without one.
    Refused(Option<String>),
}

impl Ending {
    /// If it was stopped at its deadline, whether it was burning CPU.
    pub(crate) fn stopped(&self) -> Option<bool> {
        match self {
            Self::Hang => Some(false),
            Self::Spins => Some(true),
            _ => None,
        }
    }

    /// # Errors
    /// Says which endings there are.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let (word, rest) = text.split_once(' ').unwrap_or((text, ""));
        match (word, rest) {
            ("ok", "") => Ok(Self::Ok),
            ("panic", "") => Ok(Self::Panic),
            ("hang", "") => Ok(Self::Hang),
            ("spins", "") => Ok(Self::Spins),
            ("floods", "") => Ok(Self::Floods),
            ("refused", "") => Ok(Self::Refused(None)),
            ("refused", code) => Ok(Self::Refused(Some(code.to_owned()))),
            ("exit", code) => match code.parse() {
                Ok(0) => Ok(Self::Ok),
                Ok(101) => Ok(Self::Panic),
                Ok(code) => Ok(Self::Exit(code)),
                Err(_) => Err(format!("`{code}` is not an exit code")),
            },
            ("signal", name) if !name.is_empty() => {
                Ok(Self::Signal(name.trim_start_matches("SIG").to_owned()))
            }
            _ => Err(format!(
                "unknown ending `{text}`: one of ok, panic, exit N, signal NAME, hang, spins, floods"
            )),
        }
    }
}

impl Ending {
    /// What a reader is told of it; empty for a run that ended in good order. `deadline` is in seconds.
    pub(crate) fn words(&self, deadline: f64) -> String {
        let deadline = crate::model::claim::seconds(deadline);
        match self {
            Self::Ok => String::new(),
            Self::Panic => "ended with a panic, exit code 101".into(),
            Self::Exit(code) => format!("ended with exit code {code}"),
            Self::Signal(name) => format!("ended by the signal SIG{name}"),
            Self::Hang => format!("hangs: stopped after {deadline}, using no CPU"),
            Self::Spins => format!("spins: stopped after {deadline}, using CPU"),
            Self::Floods => "prints without end: stopped".into(),
            Self::Refused(None) => "does not compile".into(),
            Self::Refused(Some(code)) => format!("does not compile: error {code}"),
        }
    }
}

impl fmt::Display for Ending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ok => f.write_str("ok"),
            Self::Panic => f.write_str("panic"),
            Self::Exit(code) => write!(f, "exit {code}"),
            Self::Signal(name) => write!(f, "signal {name}"),
            Self::Hang => f.write_str("hang"),
            Self::Spins => f.write_str("spins"),
            Self::Floods => f.write_str("floods"),
            Self::Refused(None) => f.write_str("refused"),
            Self::Refused(Some(code)) => write!(f, "refused {code}"),
        }
    }
}

impl TryFrom<String> for Ending {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        Self::parse(&text)
    }
}

impl From<Ending> for String {
    fn from(ending: Ending) -> Self {
        ending.to_string()
    }
}

/// Why a recording could not be read, and in which line of it.
#[derive(Debug)]
pub(crate) struct Malformed {
    pub(crate) line: usize,
    pub(crate) what: String,
}

impl Recording {
    /// Reads a recording from its text.
    ///
    /// # Errors
    /// Where it is not JSON, not of this schema, or says what no run can say.
    pub(crate) fn parse(text: &str) -> Result<Self, Malformed> {
        let malformed = |what: String| Malformed { line: 1, what };
        let recording: Self = serde_json::from_str(text).map_err(|error| Malformed {
            line: error.line(),
            what: format!("the recording is malformed: {error}"),
        })?;
        if recording.schema != SCHEMA {
            return Err(malformed(format!(
                "the recording has schema {}, this tool reads schema {SCHEMA}",
                recording.schema
            )));
        }
        if recording
            .cut
            .as_ref()
            .is_some_and(|cut| cut.after > recording.lines.len())
        {
            return Err(malformed(
                "the recording cuts after lines that it does not have".into(),
            ));
        }
        let times = [
            recording.figures.wall,
            recording.figures.user,
            recording.figures.system,
        ];
        let stamps = recording.lines.iter().map(|line| Some(line.t));
        if times
            .into_iter()
            .chain(stamps)
            .flatten()
            .any(|t| !t.is_finite() || t < 0.0)
        {
            return Err(malformed("the recording has a time below zero".into()));
        }
        Ok(recording)
    }

    /// The text of the file: JSON that reviews well, with one line of output a line.
    pub(crate) fn to_text(&self) -> String {
        let value = serde_json::to_value(self).expect("a recording is plain data");
        let mut text = String::new();
        pretty(&value, 0, &mut text);
        text.push('\n');
        text
    }

    /// How many lines the program printed, with those that were cut.
    pub(crate) fn line_count(&self) -> usize {
        self.lines.len() + self.cut.as_ref().map_or(0, |cut| cut.lines)
    }

    /// What the claims ask about.
    pub(crate) fn seen(&self) -> crate::model::claim::Seen<'_> {
        crate::model::claim::Seen {
            ending: &self.ending,
            figures: &self.figures,
            lines: &self.lines,
            lanes: &self.timeline,
            line_count: self.line_count(),
        }
    }

    /// Whether `newer` says the same, but for what changes from run to run. What may change follows
    /// from the claims: without one about order, lines may come in any number and order.
    pub(crate) fn says_the_same(&self, newer: &Self, claims: &[Claim]) -> bool {
        let order = claims.iter().find_map(|claim| match claim.kind {
            Kind::Order(order) => Some(order),
            _ => None,
        });
        let same_lines = match order {
            Some(Order::Exact) => normal::lines(&self.lines) == normal::lines(&newer.lines),
            Some(Order::Any) => {
                let sorted = |recording: &Self| {
                    let mut lines = normal::lines(&recording.lines);
                    lines.sort();
                    lines
                };
                sorted(self) == sorted(newer)
            }
            None => normal::shapes(&self.lines) == normal::shapes(&newer.lines),
        };
        let lanes = |recording: &Self| {
            let names = recording.timeline.iter().map(|lane| lane.name.as_str());
            if order.is_none() {
                // A lane may be named after the thread that happened to take it.
                return normal::shapes_of(names);
            }
            let mut names: Vec<_> = names.map(str::to_owned).collect();
            names.sort();
            names
        };
        same_lines
            && lanes(self) == lanes(newer)
            && self.ending == newer.ending
            && self.command == newer.command
            && self.compiler == newer.compiler
            && self.left_behind == newer.left_behind
    }
}

/// The hash of a source, of its text with `\n` at the end of each line.
///
/// # Errors
/// Where the file cannot be read.
pub(crate) fn source_hash(path: &Path) -> Result<String> {
    let bytes =
        std::fs::read(path).with_context(|| format!("failed to read `{}`", path.display()))?;
    let mut hasher = Sha256::new();
    let mut rest = bytes.as_slice();
    while let Some(at) = rest.windows(2).position(|pair| pair == b"\r\n") {
        hasher.update(&rest[..at]);
        hasher.update(b"\n");
        rest = &rest[at + 2..];
    }
    hasher.update(rest);
    Ok(hasher
        .finalize()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect())
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

    pub(crate) fn recording(lines: &[&str]) -> Recording {
        Recording {
            schema: SCHEMA,
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
            },
            made_on: MadeOn {
                rustc: "1.95.0".into(),
                os: "linux".into(),
                cores: 2,
            },
            ending: Ending::Ok,
            figures: Figures {
                wall: Some(1.0),
                ..Figures::default()
            },
            compiler: Vec::new(),
            lines: lines
                .iter()
                .map(|text| Line {
                    t: 0.5,
                    stream: Stream::Out,
                    text: (*text).to_owned(),
                })
                .collect(),
            cut: None,
            timeline: Vec::new(),
            left_behind: 0,
        }
    }

    fn claims(text: &str) -> Vec<Claim> {
        vec![Claim::parse(text).unwrap()]
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
    fn times_and_figures_do_not_make_a_difference() {
        let one = recording(&["took 12 ms"]);
        let mut two = recording(&["took 13 ms"]);
        two.figures.wall = Some(2.0);
        assert!(one.says_the_same(&two, &claims("order exact")));
        let three = recording(&["took long"]);
        assert!(!one.says_the_same(&three, &claims("order exact")));
        two.ending = Ending::Panic;
        assert!(!one.says_the_same(&two, &claims("order exact")));
    }

    #[test]
    fn what_may_change_follows_from_the_claim() {
        let one = recording(&["tea 1", "tea 2"]);
        let two = recording(&["tea 2", "tea 1"]);
        let three = recording(&["tea 3"]);
        let four = recording(&["cup 3"]);
        assert!(!one.says_the_same(&two, &claims("order exact")));
        assert!(one.says_the_same(&two, &claims("order any")));
        assert!(!one.says_the_same(&three, &claims("order any")));
        assert!(one.says_the_same(&three, &[]));
        assert!(!one.says_the_same(&four, &[]));
    }

    #[test]
    fn lanes_named_by_chance_make_no_difference_where_nothing_asks_for_order() {
        let lane = |name: &str| Lane {
            name: name.to_owned(),
            from: 0.0,
            to: 1.0,
            end: crate::model::timeline::End::Ready,
            polls: 0,
            bars: Vec::new(),
            wakes: Vec::new(),
        };
        let mut one = recording(&["chopped"]);
        let mut two = one.clone();
        one.timeline = vec![lane("worker 1: chop 1"), lane("worker 2: chop 2")];
        two.timeline = vec![lane("worker 4: chop 1"), lane("worker 4: chop 2")];
        assert!(one.says_the_same(&two, &[]));
        assert!(!one.says_the_same(&two, &claims("order any")));
        two.timeline.push(lane("heart"));
        assert!(!one.says_the_same(&two, &[]));
    }

    #[test]
    fn endings_are_read_as_they_are_written() {
        for text in [
            "ok",
            "panic",
            "exit 3",
            "signal KILL",
            "hang",
            "spins",
            "floods",
            "refused E0728",
        ] {
            assert_eq!(Ending::parse(text).unwrap().to_string(), text);
        }
        assert_eq!(Ending::parse("exit 101"), Ok(Ending::Panic));
        assert_eq!(
            Ending::parse("signal SIGTERM").unwrap().to_string(),
            "signal TERM"
        );
        assert!(Ending::parse("exit soon").is_err());
        assert!(Ending::parse("").is_err());
    }

    #[test]
    fn a_windows_checkout_has_the_same_hash() {
        let folder = tempfile::tempdir().unwrap();
        let (unix, windows) = (folder.path().join("a"), folder.path().join("b"));
        std::fs::write(&unix, "fn main() {\n}\n").unwrap();
        std::fs::write(&windows, "fn main() {\r\n}\r\n").unwrap();
        assert_eq!(source_hash(&unix).unwrap(), source_hash(&windows).unwrap());
        std::fs::write(&windows, "fn main() { }\n").unwrap();
        assert_ne!(source_hash(&unix).unwrap(), source_hash(&windows).unwrap());
    }
}
