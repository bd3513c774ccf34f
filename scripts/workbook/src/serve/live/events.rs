//! What a page is told of a run while it goes on: the events of its stream.

use axum::response::sse;
use serde::Serialize;

use crate::model::claim::Verdict;
use crate::model::problem::Problem;
use crate::model::run::{Ending, Line};
use crate::serve::refusal;

/// One event of a run's stream. Its name is the variant's, in small letters.
#[derive(Debug, Clone, Serialize)]
#[serde(untagged)]
pub(crate) enum RunEvent {
    Queued(Wait),
    /// Edited code goes to the compiler.
    Compiling {},
    Start {},
    Line(Line),
    /// The timeline so far.
    Lane {
        svg: String,
    },
    /// So many lines are left out before those that follow.
    Cut {
        lines: usize,
    },
    End(Box<RunEnd>),
    Failed(#[serde(serialize_with = "refusal::serialize_problem")] Problem),
}

/// What a run waits for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "for", rename_all = "lowercase")]
pub(crate) enum Wait {
    Build {
        text: String,
    },
    /// Its place from 1 among those that wait for a slot, and how many they are.
    Slot {
        place: usize,
        of: usize,
    },
}

/// How a run ended, and what it showed.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct RunEnd {
    /// What a page goes by. The other words are for reading.
    pub(crate) kind: EndKind,
    pub(crate) ending: String,
    /// The ending in words; empty where it is as it should be.
    pub(crate) words: String,
    /// What the reader can do about it; empty where that is nothing.
    pub(crate) help: String,
    pub(crate) figures: Vec<Figure>,
    pub(crate) claims: Vec<ClaimOutcome>,
    pub(crate) svg: Option<String>,
    pub(crate) compiler: Vec<Remark>,
}

/// All that makes a difference to how a page shows an end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum EndKind {
    /// It ran, and ended in good order.
    Ok,
    /// It ran, and ended in any other way: with a panic, with another exit code than 0, at its deadline.
    Bad,
    /// Its reader stopped it, and it may not have run.
    Stopped,
    /// It did not run, because it does not compile.
    Refused,
    /// It did not run, because it compiles, and must not.
    Accepted,
}

/// A figure of this run beside the recorded one, both rounded for reading.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Figure {
    pub(crate) name: &'static str,
    pub(crate) recorded: Option<String>,
    pub(crate) now: Option<String>,
}

#[derive(Debug, Clone, Serialize)]
pub(crate) struct ClaimOutcome {
    pub(crate) claim: String,
    pub(crate) verdict: ClaimVerdict,
    /// What was seen instead, or why it was not checked.
    pub(crate) saw: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum ClaimVerdict {
    Held,
    Failed,
    NotChecked,
}

/// What the compiler says. Lines and columns are those of the program's main file, from 1, and absent where
/// it speaks of another place or of none.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Remark {
    pub(crate) level: Level,
    pub(crate) message: String,
    pub(crate) code: Option<String>,
    pub(crate) rendered: String,
    pub(crate) line: Option<usize>,
    pub(crate) column: Option<usize>,
    pub(crate) end_line: Option<usize>,
    pub(crate) end_column: Option<usize>,
}

/// Whether the compiler refuses the program for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Level {
    Error,
    Warning,
}

impl RunEvent {
    fn name(&self) -> &'static str {
        match self {
            Self::Queued(_) => "queued",
            Self::Compiling {} => "compiling",
            Self::Start {} => "start",
            Self::Line(_) => "line",
            Self::Lane { .. } => "lane",
            Self::Cut { .. } => "cut",
            Self::End(_) => "end",
            Self::Failed(_) => "failed",
        }
    }
}

impl From<RunEvent> for sse::Event {
    fn from(event: RunEvent) -> Self {
        // JSON has no raw line end, which would end the data.
        let data = serde_json::to_string(&event).expect("an event is plain data");
        Self::default().event(event.name()).data(data)
    }
}

impl ClaimOutcome {
    pub(crate) fn new(claim: String, verdict: Verdict) -> Self {
        let (verdict, saw) = match verdict {
            Verdict::Held => (ClaimVerdict::Held, String::new()),
            Verdict::Failed(saw) => (ClaimVerdict::Failed, saw),
            Verdict::NotChecked(why) => (ClaimVerdict::NotChecked, why.to_string()),
        };
        Self {
            claim,
            verdict,
            saw,
        }
    }
}

impl From<&Ending> for EndKind {
    fn from(ending: &Ending) -> Self {
        match ending {
            Ending::Ok => Self::Ok,
            Ending::Refused(_) => Self::Refused,
            Ending::Panic
            | Ending::Exit(_)
            | Ending::Signal(_)
            | Ending::Hang
            | Ending::Spins
            | Ending::Floods
            | Ending::Memory => Self::Bad,
        }
    }
}

impl RunEnd {
    /// An end of which nothing else is known.
    pub(crate) fn new(kind: EndKind, ending: impl Into<String>, words: impl Into<String>) -> Self {
        Self {
            kind,
            ending: ending.into(),
            words: words.into(),
            help: String::new(),
            figures: Vec::new(),
            claims: Vec::new(),
            svg: None,
            compiler: Vec::new(),
        }
    }

    /// The end of a run that its reader stopped.
    pub(crate) fn stopped() -> Self {
        Self::new(EndKind::Stopped, "stopped", "stopped by you")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::claim::Unknown;

    fn json(event: &RunEvent) -> String {
        serde_json::to_string(event).unwrap()
    }

    #[test]
    fn events_have_the_form_that_pages_read() {
        assert_eq!(json(&RunEvent::Start {}), "{}");
        assert_eq!(json(&RunEvent::Cut { lines: 7 }), r#"{"lines":7}"#);
        let build = Wait::Build {
            text: "building 3 of 14: tcp-echo".into(),
        };
        assert_eq!(
            json(&RunEvent::Queued(build)),
            r#"{"for":"build","text":"building 3 of 14: tcp-echo"}"#
        );
        let slot = Wait::Slot { place: 5, of: 12 };
        assert_eq!(
            json(&RunEvent::Queued(slot)),
            r#"{"for":"slot","place":5,"of":12}"#
        );
        let line = Line {
            t: 0.5,
            stream: crate::model::run::Stream::Err,
            text: "spilt\n".into(),
        };
        assert_eq!(
            json(&RunEvent::Line(line)),
            r#"{"t":0.5,"stream":"err","text":"spilt\n"}"#
        );
        assert!(json(&RunEvent::End(Box::new(RunEnd::stopped()))).starts_with(
            r#"{"kind":"stopped","ending":"stopped","words":"stopped by you","help":"","figures":[],"claims":[],"svg":null"#
        ));
    }

    #[test]
    fn what_pages_go_by_has_fixed_names() {
        let kind = |ending: Ending| serde_json::to_value(EndKind::from(&ending)).unwrap();
        assert_eq!(kind(Ending::Ok), "ok");
        for ending in [
            Ending::Panic,
            Ending::Exit(3),
            Ending::Signal("KILL".into()),
            Ending::Hang,
            Ending::Spins,
            Ending::Floods,
            Ending::Memory,
        ] {
            assert_eq!(kind(ending), "bad");
        }
        assert_eq!(kind(Ending::Refused(None)), "refused");
        assert_eq!(kind(Ending::Refused(Some("E0308".into()))), "refused");
        let accepted = serde_json::to_value(EndKind::Accepted).unwrap();
        assert_eq!(accepted, "accepted");
        let verdict = |verdict| {
            let claim = ClaimOutcome::new("lines = 2".into(), verdict);
            serde_json::to_value(claim).unwrap()["verdict"].clone()
        };
        assert_eq!(verdict(Verdict::Held), "held");
        assert_eq!(verdict(Verdict::Failed("lines 1".into())), "failed");
        assert_eq!(
            verdict(Verdict::NotChecked(Unknown::Recorded)),
            "not-checked"
        );
        let level = |level: Level| serde_json::to_value(level).unwrap();
        assert_eq!(level(Level::Error), "error");
        assert_eq!(level(Level::Warning), "warning");
    }
}
