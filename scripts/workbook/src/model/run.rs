//! What a run showed: how it ended, what it printed, what it cost, and what ran when.

use std::fmt;

use serde::{Deserialize, Serialize};
pub(crate) use workbook_shim::protocol::{Figures, Stream};

use crate::model::timeline::{Activity, Lane};
use crate::model::units::seconds;

/// One run of a program.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Run {
    pub(crate) ending: Ending,
    pub(crate) figures: Figures,
    /// The output, in the order in which it came.
    pub(crate) lines: Vec<Line>,
    /// What was left out of the middle of `lines`.
    pub(crate) cut: Option<Cut>,
    /// What ran when, where the program draws its timeline.
    pub(crate) timeline: Vec<Lane>,
    /// Processes that were still there when the program had ended, and were killed.
    pub(crate) left_behind: usize,
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

/// Where lines were left out: after how many, and how many.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Cut {
    pub(crate) after: usize,
    pub(crate) lines: usize,
}

impl Run {
    /// A run of which nothing is known but how it ended.
    pub(crate) fn ended(ending: Ending) -> Self {
        Self {
            ending,
            figures: Figures::default(),
            lines: Vec::new(),
            cut: None,
            timeline: Vec::new(),
            left_behind: 0,
        }
    }

    /// How many lines the program printed, with those that were cut.
    pub(crate) fn line_count(&self) -> usize {
        let cut = self.cut.as_ref().map_or(0, |cut| cut.lines);
        self.lines.len().saturating_add(cut)
    }

    /// What is told of its end where nobody says that it must end so: to wait for long is not to hang. `deadline` is in
    /// seconds.
    pub(crate) fn words_of_surprise(&self, deadline: f64) -> String {
        let after = seconds(deadline);
        match &self.ending {
            Ending::Hang | Ending::Spins if self.was_printing() => {
                format!("stopped after {after}, its deadline: it was still printing")
            }
            Ending::Hang => format!("was still waiting after {after}, its deadline: stopped"),
            Ending::Spins => format!("was still computing after {after}, its deadline: stopped"),
            other => other.words(deadline),
        }
    }

    /// Whether it printed something in the last quarter of its time.
    fn was_printing(&self) -> bool {
        let late = 0.75 * self.wall();
        self.lines.last().is_some_and(|line| line.t > late)
    }

    /// Seconds from start to end; 0 where nobody measured.
    pub(crate) fn wall(&self) -> f64 {
        self.figures.wall.unwrap_or_default()
    }
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
    /// Took more memory than a run may have, and was stopped for it.
    Memory,
    /// Was refused by the compiler, with this code, or without one.
    Refused(Option<String>),
}

impl Ending {
    /// Whether it was stopped at its deadline.
    pub(crate) fn is_at_deadline(&self) -> bool {
        matches!(self, Self::Hang | Self::Spins)
    }

    /// What the program did in the end. Of one that was not stopped nobody knows, and nothing went on after it.
    pub(crate) fn activity(&self) -> Activity {
        match self {
            Self::Spins | Self::Floods | Self::Memory => Activity::Computing,
            _ => Activity::Asleep,
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
            ("memory", "") => Ok(Self::Memory),
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
                "unknown ending `{text}`: one of ok, panic, exit N, signal NAME, hang, spins, floods, \
                 memory"
            )),
        }
    }

    /// What a reader is told of it; empty for a run that ended in good order. `deadline` is in seconds.
    pub(crate) fn words(&self, deadline: f64) -> String {
        let deadline = seconds(deadline);
        match self {
            Self::Ok => String::new(),
            Self::Panic => "ended with a panic, exit code 101".into(),
            Self::Exit(code) => format!("ended with exit code {code}"),
            Self::Signal(name) => format!("ended by the signal SIG{name}"),
            Self::Hang => format!("hangs: stopped after {deadline}, using no CPU"),
            Self::Spins => format!("spins: stopped after {deadline}, using CPU"),
            Self::Floods => "prints without end: stopped".into(),
            Self::Memory => {
                "used more than 2 GB of memory, or half of this machine's: stopped".into()
            }
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
            Self::Memory => f.write_str("memory"),
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

#[cfg(test)]
mod tests {
    use super::*;

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
            "memory",
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
}
