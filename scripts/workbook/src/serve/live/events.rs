//! What a page is told of a run while it goes on: the events of its stream.

use axum::response::sse;
use serde::Serialize;

use crate::model::claim::Verdict;
use crate::model::run::Line;
use crate::serve::refusal::Failure;

/// One event of a run's stream. Its name is the variant's, in small letters.
#[derive(Debug, Clone, Serialize)]
#[serde(untagged)]
pub(crate) enum Event {
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
    End(Box<End>),
    Failed(Failure),
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
#[derive(Debug, Clone, Default, Serialize)]
pub(crate) struct End {
    pub(crate) ending: String,
    /// The ending in words; empty where it is as it should be.
    pub(crate) words: String,
    pub(crate) figures: Vec<Figure>,
    pub(crate) claims: Vec<Claim>,
    pub(crate) svg: Option<String>,
    pub(crate) compiler: Vec<Remark>,
}

/// A figure of this run beside the recorded one, both rounded for reading.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Figure {
    pub(crate) name: &'static str,
    pub(crate) recorded: Option<String>,
    pub(crate) now: Option<String>,
}

#[derive(Debug, Clone, Serialize)]
pub(crate) struct Claim {
    pub(crate) claim: String,
    /// `held`, `failed` or `not checked`.
    pub(crate) verdict: &'static str,
    /// What was seen instead, or why it was not checked.
    pub(crate) saw: String,
}

/// What the compiler says. Lines and columns are those of the program's main file, from 1, and absent where
/// it speaks of another place or of none.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Remark {
    pub(crate) level: String,
    pub(crate) message: String,
    pub(crate) code: Option<String>,
    pub(crate) rendered: String,
    pub(crate) line: Option<usize>,
    pub(crate) column: Option<usize>,
    pub(crate) end_line: Option<usize>,
    pub(crate) end_column: Option<usize>,
}

impl Event {
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

impl From<Event> for sse::Event {
    fn from(event: Event) -> Self {
        // JSON has no raw line end, which would end the data.
        let data = serde_json::to_string(&event).expect("an event is plain data");
        Self::default().event(event.name()).data(data)
    }
}

impl Claim {
    pub(crate) fn new(claim: String, verdict: Verdict) -> Self {
        let (verdict, saw) = match verdict {
            Verdict::Held => ("held", String::new()),
            Verdict::Failed(saw) => ("failed", saw),
            Verdict::NotChecked(why) => ("not checked", why.to_string()),
        };
        Self {
            claim,
            verdict,
            saw,
        }
    }
}

impl End {
    /// The end of a run that its reader stopped.
    pub(crate) fn stopped() -> Self {
        Self {
            ending: "stopped".to_owned(),
            words: "stopped by you".to_owned(),
            ..Self::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json(event: &Event) -> String {
        serde_json::to_string(event).unwrap()
    }

    #[test]
    fn events_have_the_form_that_pages_read() {
        assert_eq!(json(&Event::Start {}), "{}");
        assert_eq!(json(&Event::Cut { lines: 7 }), r#"{"lines":7}"#);
        let build = Wait::Build {
            text: "building 3 of 14: tcp-echo".into(),
        };
        assert_eq!(
            json(&Event::Queued(build)),
            r#"{"for":"build","text":"building 3 of 14: tcp-echo"}"#
        );
        let slot = Wait::Slot { place: 5, of: 12 };
        assert_eq!(
            json(&Event::Queued(slot)),
            r#"{"for":"slot","place":5,"of":12}"#
        );
        let line = Line {
            t: 0.5,
            stream: crate::model::run::Stream::Err,
            text: "spilt\n".into(),
        };
        assert_eq!(
            json(&Event::Line(line)),
            r#"{"t":0.5,"stream":"err","text":"spilt\n"}"#
        );
        assert!(json(&Event::End(Box::new(End::stopped()))).starts_with(
            r#"{"ending":"stopped","words":"stopped by you","figures":[],"claims":[],"svg":null"#
        ));
    }
}
