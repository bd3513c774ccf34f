//! What came of an exercise's test, and what explains it: from what its process did, never from what it printed.

use std::fmt;

use crate::model::run::{Line, Run};
use crate::model::timeline::{Lane, LaneEnd};
use crate::model::units::{count, seconds};

/// One run of one test.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct TestRun {
    pub(crate) name: String,
    pub(crate) end: TestEnd,
    /// What was printed meanwhile.
    pub(crate) lines: Vec<Line>,
    /// Where it did not come to its end: what was waiting, and for how long.
    pub(crate) waiting: Vec<Waiting>,
    /// Processes that it had started, which were still there and were killed.
    pub(crate) left_behind: usize,
}

/// How a test ended.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum TestEnd {
    /// Its body has returned.
    Passed,
    /// It panicked in the tests' own file: what it asserts does not hold.
    Failed(Panicked),
    /// It panicked elsewhere.
    Panicked(Panicked),
    /// Its body has returned, and nobody could hear whether something in it has failed.
    Unheard,
    /// The process ended with this code before the body had returned.
    Exited(i32),
    /// The process was ended by this signal.
    Signal(String),
    /// Still there at its deadline, in seconds, and used next to no CPU.
    Hangs(f64),
    /// Still there at its deadline, in seconds, and was burning CPU.
    Spins(f64),
    Floods,
    Memory,
}

/// Where and with which words something panicked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Panicked {
    pub(crate) message: String,
    /// Relative to the root.
    pub(crate) file: String,
    pub(crate) line: u32,
}

impl Panicked {
    /// Its message, a line each. Of two values that are not the same the first is what was seen and the second what was
    /// expected: so it is in every `tests.rs`.
    fn in_words(&self) -> Vec<String> {
        let compared = || {
            let rest = self
                .message
                .strip_prefix("assertion `left == right` failed")?;
            let (why, values) = rest.split_once("\n  left: ")?;
            let (seen, expected) = values.split_once("\n right: ")?;
            let why = why.strip_prefix(": ").unwrap_or("the two are not the same");
            let why = why.lines().map(str::to_owned);
            let value = |name: &str, value: &str| {
                format!("{name:>9} {}", value.replace('\n', "\n          "))
            };
            let values = value("seen:", seen) + "\n" + &value("expected:", expected);
            Some(why.chain(values.lines().map(str::to_owned)).collect())
        };
        let plain = || self.message.lines().map(str::to_owned).collect();
        compared().unwrap_or_else(plain)
    }
}

/// The kinds of end of which a starter or a wrong solution can be said to have one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FailureKind {
    Fails,
    Panics,
    Exits,
    Hangs,
    Spins,
    Floods,
    Memory,
}

impl FailureKind {
    pub(crate) const ALL: [Self; 7] = [
        Self::Fails,
        Self::Panics,
        Self::Exits,
        Self::Hangs,
        Self::Spins,
        Self::Floods,
        Self::Memory,
    ];

    /// As it is written in a manifest, and told.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Fails => "fails",
            Self::Panics => "panics",
            Self::Exits => "exits",
            Self::Hangs => "hangs",
            Self::Spins => "spins",
            Self::Floods => "floods",
            Self::Memory => "memory",
        }
    }
}

impl TestEnd {
    /// Which kind of failure it is; none where the test has passed.
    pub(crate) fn failure(&self) -> Option<FailureKind> {
        match self {
            Self::Passed => None,
            Self::Failed(_) => Some(FailureKind::Fails),
            Self::Panicked(_) | Self::Unheard => Some(FailureKind::Panics),
            Self::Exited(_) | Self::Signal(_) => Some(FailureKind::Exits),
            Self::Hangs(_) => Some(FailureKind::Hangs),
            Self::Spins(_) => Some(FailureKind::Spins),
            Self::Floods => Some(FailureKind::Floods),
            Self::Memory => Some(FailureKind::Memory),
        }
    }

    /// One word, for a list.
    pub(crate) fn word(&self) -> &'static str {
        self.failure().map_or("passes", FailureKind::word)
    }

    /// What is to be said beyond that word, a line each.
    pub(crate) fn explained(&self) -> Vec<String> {
        match self {
            Self::Passed => Vec::new(),
            Self::Failed(it) | Self::Panicked(it) => {
                let place = match it.file.as_str() {
                    "" => Vec::new(),
                    file => vec![format!("{file}:{}", it.line)],
                };
                place.into_iter().chain(it.in_words()).collect()
            }
            Self::Unheard => vec![
                "the program has set a panic hook of its own: so nobody hears whether an assertion fails"
                    .to_owned(),
            ],
            Self::Exited(code) => vec![format!(
                "the process ended with exit code {code} before the test was over"
            )],
            Self::Signal(name) => vec![format!("the process was ended by the signal SIG{name}")],
            Self::Hangs(after) => vec![format!(
                "stopped after {}: it was still waiting, and used no CPU",
                seconds(*after)
            )],
            Self::Spins(after) => vec![format!(
                "stopped after {}: it was still computing",
                seconds(*after)
            )],
            Self::Floods => vec!["stopped: it printed without end".to_owned()],
            Self::Memory => {
                vec![
                    "stopped: it used more than 2 GB of memory, or half of the machine's"
                        .to_owned(),
                ]
            }
        }
    }
}

impl fmt::Display for TestEnd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl TestRun {
    /// What it has printed, to both its outputs. A panic's own words are told with its end.
    pub(crate) fn printed(&self) -> impl Iterator<Item = &str> {
        let texts = self.lines.iter().map(|line| line.text.as_str());
        texts.filter(|text| !text.starts_with("note: run with `RUST_BACKTRACE"))
    }

    /// Why it did not pass, a line each: for people.
    pub(crate) fn explained(&self) -> Vec<String> {
        let mut lines = self.end.explained();
        lines.extend(self.waiting.iter().map(ToString::to_string));
        if self.left_behind > 0 {
            let left = count(self.left_behind, "process");
            lines.push(format!("it left {left} behind, which the tool has ended"));
        }
        lines
    }
}

/// A future or a piece of plain code that was there when its run was stopped.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Waiting {
    pub(crate) lane: String,
    pub(crate) polls: u64,
    /// Seconds from the start of the run to its last poll; none where it was never polled.
    pub(crate) last_polled: Option<f64>,
    /// Whether that poll has not come to an end.
    pub(crate) is_in_poll: bool,
    pub(crate) wakes: usize,
    /// Seconds from the start to its last wake.
    pub(crate) last_woken: Option<f64>,
    /// The lane that woke it; none where that was none.
    pub(crate) woken_by: Option<String>,
}

impl Waiting {
    fn of(lane: &Lane) -> Self {
        let last = lane.bars.last();
        Self {
            lane: lane.name.clone(),
            polls: lane.polls,
            last_polled: last.map(|bar| bar.from),
            is_in_poll: last.is_some_and(|bar| bar.to.is_none()),
            wakes: lane.wakes.len(),
            last_woken: lane.wakes.last().copied(),
            woken_by: lane.woken_by.clone(),
        }
    }
}

/// So many lanes are told of a run that hangs: who waits is mostly one of few.
const TOLD: usize = 8;

/// What was there when a run was stopped: the lanes that have no end, those first that were polled last.
pub(crate) fn waiting(run: &Run) -> Vec<Waiting> {
    let open = run.timeline.iter().filter(|it| it.end == LaneEnd::Open);
    let mut waiting: Vec<_> = open.map(Waiting::of).collect();
    waiting.sort_by(|a, b| {
        let at = |it: &Waiting| it.last_polled.unwrap_or(-1.0);
        at(b).total_cmp(&at(a))
    });
    waiting.truncate(TOLD);
    waiting
}

impl fmt::Display for Waiting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        /// So many wakes of a lane a program writes down at least.
        const MANY: u64 = 200;
        let Self { lane, polls, .. } = self;
        let at = |t: f64| format!("{t:.3} s");
        match (self.last_polled, self.is_in_poll) {
            (None, _) => return write!(f, "`{lane}` was made and never polled"),
            (Some(t), true) if *polls <= 1 => {
                write!(f, "`{lane}` has held its thread since {}", at(t))?;
            }
            (Some(t), true) => {
                write!(
                    f,
                    "`{lane}` has held its thread since {}, in its poll number {polls}",
                    at(t)
                )?;
            }
            (Some(t), false) => {
                let polls = count(usize::try_from(*polls).unwrap_or(usize::MAX), "poll");
                write!(f, "`{lane}` waits: {polls}, the last at {}", at(t))?;
            }
        }
        match (self.last_woken, &self.woken_by) {
            _ if self.is_in_poll => Ok(()),
            // Of so many not all are written down, and the last that is was not the last.
            (Some(_), _) if *polls > MANY => f.write_str("; woken again and again"),
            (None, _) => f.write_str("; never woken"),
            (Some(t), Some(by)) => write!(f, "; last woken at {} by `{by}`", at(t)),
            (Some(t), None) => write!(f, "; last woken at {}, from outside the lanes", at(t)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::run::Ending;
    use crate::model::timeline;

    fn hung(events: &str) -> Run {
        let text = format!("{{\"timeline\":1,\"start\":0}}\n{events}");
        Run {
            timeline: timeline::parse(&text, 0.0, 2.0).unwrap(),
            ..Run::ended(Ending::Hang)
        }
    }

    #[test]
    fn a_hang_is_explained_by_who_waits_and_who_woke() {
        let run = hung(
            "{\"t\":0,\"lane\":0,\"event\":\"new\",\"name\":\"the test\"}\n\
             {\"t\":0.001,\"lane\":0,\"event\":\"poll\",\"thread\":0}\n\
             {\"t\":0.002,\"lane\":1,\"event\":\"new\",\"name\":\"tea 1\"}\n\
             {\"t\":0.002,\"lane\":1,\"event\":\"poll\",\"thread\":0}\n\
             {\"t\":0.003,\"lane\":1,\"event\":\"pending\"}\n\
             {\"t\":0.004,\"lane\":2,\"event\":\"new\",\"name\":\"tea 2\"}\n\
             {\"t\":0.005,\"lane\":0,\"event\":\"pending\"}\n\
             {\"t\":0.006,\"lane\":1,\"event\":\"wake\",\"by\":0}\n\
             {\"t\":0.007,\"lane\":0,\"event\":\"wake\"}\n\
             {\"t\":0.008,\"lane\":3,\"event\":\"new\",\"name\":\"done\"}\n\
             {\"t\":0.008,\"lane\":3,\"event\":\"poll\",\"thread\":0}\n\
             {\"t\":0.009,\"lane\":3,\"event\":\"ready\"}\n",
        );
        let told: Vec<_> = waiting(&run).iter().map(ToString::to_string).collect();
        assert_eq!(
            told,
            [
                "`tea 1` waits: 1 poll, the last at 0.002 s; last woken at 0.006 s by `the test`",
                "`the test` waits: 1 poll, the last at 0.001 s; last woken at 0.007 s, from outside the lanes",
                "`tea 2` was made and never polled",
            ]
        );
    }

    #[test]
    fn what_never_came_back_from_its_poll_holds_its_thread() {
        let run = hung(
            "{\"t\":0,\"lane\":0,\"event\":\"new\",\"name\":\"chop\"}\n\
             {\"t\":0.5,\"lane\":0,\"event\":\"poll\",\"thread\":0}\n",
        );
        let told = waiting(&run);
        assert_eq!(
            told[0].to_string(),
            "`chop` has held its thread since 0.500 s"
        );
    }

    #[test]
    fn two_values_are_what_was_seen_and_what_was_expected() {
        let told = |message: &str| {
            let message = message.to_owned();
            let file = "tests.rs".to_owned();
            TestEnd::Failed(Panicked {
                message,
                file,
                line: 7,
            })
            .explained()
        };
        assert_eq!(
            told("assertion `left == right` failed: the cups\n  left: [1]\n right: [\n    2,\n]"),
            [
                "tests.rs:7",
                "the cups",
                "    seen: [1]",
                "expected: [",
                "              2,",
                "          ]"
            ]
        );
        assert_eq!(
            told("assertion `left == right` failed\n  left: 1\n right: 2")[1..],
            ["the two are not the same", "    seen: 1", "expected: 2"]
        );
        assert_eq!(
            told("spilt\nall of it"),
            ["tests.rs:7", "spilt", "all of it"]
        );
    }

    #[test]
    fn each_kind_of_failure_has_its_own_word() {
        let words: Vec<_> = FailureKind::ALL.iter().map(|it| it.word()).collect();
        let mut once = words.clone();
        once.sort_unstable();
        once.dedup();
        assert_eq!(once.len(), words.len());
    }
}
