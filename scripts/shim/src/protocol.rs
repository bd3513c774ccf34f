//! What the tool and its shim say to each other: one job in and what comes after it, events out, a line of JSON each.

use serde::{Deserialize, Serialize};

/// What the shim is asked to run, as one line of JSON on its standard input.
#[derive(Debug, Serialize, Deserialize)]
pub struct Job {
    pub program: String,
    pub args: Vec<String>,
    pub folder: String,
    /// The whole environment.
    pub environment: Vec<(String, String)>,
    /// Seconds.
    pub deadline: f64,
    /// Bytes of output after which a program is said to flood, and stopped. One that still prints at its deadline floods
    /// after a part of that: see [`Job::is_much`].
    pub output_limit: usize,
    /// Bytes after which a line is broken in two.
    pub line_limit: usize,
    /// Bytes of memory, in use by it and all that it has started, beyond which it is stopped. Where the system does not
    /// tell, nobody looks.
    pub memory_limit: u64,
    pub signal: Option<Signal>,
    /// Whether the tool says what the program reads, by [`Control::Input`]. If not, that is nothing.
    #[serde(default)]
    pub input: bool,
}

/// What the shim is told while its job goes on. Once the pipe closes, the run is ended.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Control {
    /// Bytes for the program's standard input; none where that ends. [`Event::Taken`] asks for the next.
    Input(Vec<u8>),
    /// A signal for the program and its group, as a terminal sends it.
    Signal(String),
}

impl Job {
    /// Whether so many bytes are more than anybody reads.
    pub fn is_much(&self, bytes: usize) -> bool {
        bytes > self.output_limit / 16
    }
}

/// What the shim tells, a line of JSON each.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Event {
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
    /// The program's standard input has room for more.
    Taken,
    End(End),
    /// The program could not be started.
    Failed(String),
}

#[derive(Debug, Serialize, Deserialize)]
pub struct End {
    /// When it was started, in seconds since 1970.
    pub began: f64,
    pub code: Option<i32>,
    pub signal: Option<i32>,
    /// Why the shim ended it, where it did.
    pub stopped: Option<Stopped>,
    /// The share of one core that it used in the last quarter before the deadline, or wanted, where it wanted
    /// more than half (what it used overall, where the system does not tell).
    pub late_cpu: Option<f64>,
    pub figures: Figures,
    /// Descendants that outlived it, and were killed.
    pub left_behind: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stopped {
    AtDeadline,
    ForFlooding,
    ForMemory,
    /// The tool is gone, or has lost interest.
    Abandoned,
}

/// What a run cost. A figure that the system could not give is absent.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Figures {
    /// Seconds on the clock, from start to end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wall: Option<f64>,
    /// Seconds of CPU time in the program itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<f64>,
    /// Seconds of CPU time in the kernel, on the program's behalf.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub system: Option<f64>,
    /// Peak resident memory in bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_rss: Option<u64>,
    /// Peak number of threads, sampled every few milliseconds: absent where the peak was too short to be known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub threads: Option<u64>,
    /// Times that a thread gave up its core to wait.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub voluntary_switches: Option<u64>,
    /// Times that a thread was made to give up its core.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub involuntary_switches: Option<u64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Stream {
    Out,
    Err,
}

impl Stream {
    pub fn is_out(self) -> bool {
        self == Self::Out
    }
}

/// A signal sent to a run, `at` seconds after its start.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Signal {
    pub at: f64,
    pub send: String,
}
