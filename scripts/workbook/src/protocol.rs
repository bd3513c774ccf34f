//! What the tool and its shim say to each other: one job in, events out, a line of JSON each. Both programs
//! are compiled with this file.

use serde::{Deserialize, Serialize};

/// What the shim is asked to run, as one line of JSON on its standard input.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Job {
    pub(crate) program: String,
    pub(crate) args: Vec<String>,
    pub(crate) folder: String,
    /// The whole environment.
    pub(crate) environment: Vec<(String, String)>,
    /// Seconds.
    pub(crate) deadline: f64,
    /// Bytes of output after which a program is said to flood.
    pub(crate) output_limit: usize,
    /// Bytes after which a line is broken in two.
    pub(crate) line_limit: usize,
    pub(crate) signal: Option<Signal>,
}

/// What the shim tells, a line of JSON each.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Event {
    /// The program has been started, and comes before all that it does.
    Began {
        /// Seconds since 1970.
        at: f64,
        process: u32,
    },
    Line {
        t: f64,
        stream: Stream,
        text: String,
    },
    /// So many lines of a long output were left out before those that follow.
    Cut(usize),
    End(End),
    /// The program could not be started.
    Failed(String),
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct End {
    /// When it was started, in seconds since 1970.
    pub(crate) began: f64,
    pub(crate) code: Option<i32>,
    pub(crate) signal: Option<i32>,
    /// Why the shim ended it, where it did.
    pub(crate) stopped: Option<Stopped>,
    /// The share of one core that it used in the last quarter before the deadline, or wanted, where it wanted
    /// more than half (what it used overall, where the system does not tell).
    pub(crate) late_cpu: Option<f64>,
    pub(crate) figures: Figures,
    /// Descendants that outlived it, and were killed.
    pub(crate) left_behind: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Stopped {
    AtDeadline,
    ForFlooding,
    /// The tool is gone, or has lost interest.
    Abandoned,
}

/// What a run cost. A figure that the system could not give is absent.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Figures {
    /// Seconds on the clock, from start to end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) wall: Option<f64>,
    /// Seconds of CPU time in the program itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) user: Option<f64>,
    /// Seconds of CPU time in the kernel, on the program's behalf.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) system: Option<f64>,
    /// Peak resident memory in bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) max_rss: Option<u64>,
    /// Peak number of threads, as sampled every few milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) threads: Option<u64>,
    /// Times that a thread gave up its core to wait.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) voluntary_switches: Option<u64>,
    /// Times that a thread was made to give up its core.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) involuntary_switches: Option<u64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Stream {
    Out,
    Err,
}

/// A signal sent to a run, `at` seconds after its start.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Signal {
    pub(crate) at: f64,
    pub(crate) send: String,
}
