//! The figures of a run that a claim or a page can ask for.

use std::fmt;

use crate::model::run::Run;
use crate::model::timeline::{self, Lane};
use crate::model::units::{bytes, seconds, thousands};

/// A figure of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Metric {
    /// Seconds on the clock.
    Wall,
    /// Seconds of CPU time, user and system.
    Cpu,
    /// Peak memory in bytes.
    MaxRss,
    /// Peak number of threads.
    Threads,
    /// Context switches, voluntary and involuntary.
    Switches,
    /// Lines of output.
    Lines,
    /// How often a lane was polled; all lanes of that name together.
    Polls(String),
    /// Seconds of the longest poll of any lane, or of the longest stretch of plain code.
    LongestPoll,
    /// Seconds in which both lanes were under way.
    Overlap(String, String),
    /// Seconds in which a lane waited for anything that has a name, or for this; all lanes of that name together.
    Waits(String, Option<String>),
}

impl Metric {
    const NAMES: &str = "wall, cpu, max_rss, threads, switches, lines, polls(LANE), longest_poll, \
                         overlap(LANE, LANE), waits(LANE), waits(LANE, NAME)";

    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let (name, lanes) = match text.strip_suffix(')').and_then(|text| text.split_once('(')) {
            Some((name, lanes)) => (name, lanes.split(',').map(str::trim).collect()),
            None => (text, Vec::new()),
        };
        match (name, &lanes[..]) {
            ("wall", []) => Ok(Self::Wall),
            ("cpu", []) => Ok(Self::Cpu),
            ("max_rss", []) => Ok(Self::MaxRss),
            ("threads", []) => Ok(Self::Threads),
            ("switches", []) => Ok(Self::Switches),
            ("lines", []) => Ok(Self::Lines),
            ("longest_poll", []) => Ok(Self::LongestPoll),
            ("polls", [lane]) => Ok(Self::Polls((*lane).to_owned())),
            ("overlap", [a, b]) => Ok(Self::Overlap((*a).to_owned(), (*b).to_owned())),
            ("waits", [lane]) => Ok(Self::Waits((*lane).to_owned(), None)),
            ("waits", [lane, what]) => {
                Ok(Self::Waits((*lane).to_owned(), Some((*what).to_owned())))
            }
            _ => Err(format!("unknown metric `{text}`: one of {}", Self::NAMES)),
        }
    }

    /// What is told of every run, in this order.
    pub(crate) const OF_EVERY_RUN: [Self; 4] = [Self::Wall, Self::Cpu, Self::MaxRss, Self::Threads];

    /// The figure, or none where this system could not give it.
    pub(crate) fn of(&self, run: &Run) -> Option<f64> {
        let figures = &run.figures;
        let named = |name| lanes_named(&run.timeline, name);
        match self {
            Self::Wall => figures.wall,
            Self::Cpu => Some(figures.user? + figures.system?),
            Self::MaxRss => figures.max_rss.map(|bytes| bytes as f64),
            Self::Threads => figures.threads.map(|n| n as f64),
            Self::Switches => {
                let voluntary = figures.voluntary_switches?;
                Some((voluntary + figures.involuntary_switches?) as f64)
            }
            Self::Lines => Some(run.line_count() as f64),
            Self::Polls(name) => {
                let polls = named(name)
                    .map(|lane| lane.polls as f64)
                    .reduce(|a, b| a + b);
                Some(polls.unwrap_or(0.0))
            }
            Self::LongestPoll => {
                let now = figures.wall?;
                let bars = run.timeline.iter().flat_map(|lane| &lane.bars);
                Some(bars.map(|bar| bar.length(now)).fold(0.0, f64::max))
            }
            Self::Overlap(a, b) => {
                let (a, b) = (named(a).next()?, named(b).next()?);
                Some(timeline::overlap(a, b))
            }
            Self::Waits(name, what) => {
                let waited = named(name).map(|lane| lane.waited(what.as_deref()));
                waited.reduce(|a, b| Some(a? + b?))?
            }
        }
    }

    /// The lane that it asks for by name and that the run does not have. To be polled never, a lane need
    /// not be there.
    pub(crate) fn missing_lane(&self, run: &Run) -> Option<&str> {
        let missing = |name: &&String| lanes_named(&run.timeline, name).next().is_none();
        let lanes = match self {
            Self::Overlap(a, b) => vec![a, b],
            Self::Waits(lane, _) => vec![lane],
            _ => Vec::new(),
        };
        lanes.into_iter().find(missing).map(String::as_str)
    }

    /// What it is called at the head of a table.
    pub(crate) fn heading(&self) -> &'static str {
        match self {
            Self::Wall => "wall",
            Self::Cpu => "CPU",
            Self::MaxRss => "memory",
            Self::Threads => "threads",
            Self::Switches => "switches",
            Self::Lines => "lines",
            Self::Polls(_) => "polls",
            Self::LongestPoll => "longest poll",
            Self::Overlap(..) => "overlap",
            Self::Waits(..) => "waits",
        }
    }

    /// The figure rounded for reading, with its unit.
    pub(crate) fn show(&self, value: f64) -> String {
        match self {
            Self::Wall | Self::Cpu | Self::LongestPoll | Self::Overlap(..) | Self::Waits(..) => {
                seconds(value)
            }
            Self::MaxRss => bytes(value),
            Self::Threads | Self::Switches | Self::Lines | Self::Polls(_) => {
                thousands(value.round() as u64)
            }
        }
    }
}

fn lanes_named<'a>(lanes: &'a [Lane], name: &'a str) -> impl Iterator<Item = &'a Lane> {
    lanes.iter().filter(move |lane| lane.name == name)
}

impl fmt::Display for Metric {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Wall => f.write_str("wall"),
            Self::Cpu => f.write_str("cpu"),
            Self::MaxRss => f.write_str("max_rss"),
            Self::Threads => f.write_str("threads"),
            Self::Switches => f.write_str("switches"),
            Self::Lines => f.write_str("lines"),
            Self::LongestPoll => f.write_str("longest_poll"),
            Self::Polls(lane) => write!(f, "polls({lane})"),
            Self::Overlap(a, b) => write!(f, "overlap({a}, {b})"),
            Self::Waits(lane, None) => write!(f, "waits({lane})"),
            Self::Waits(lane, Some(what)) => write!(f, "waits({lane}, {what})"),
        }
    }
}
