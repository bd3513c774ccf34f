//! What a run must show: the small language of claims, parsed and held against what was seen.
//! Pure: values in, values out.

use std::fmt;

use regex::Regex;

use crate::model::normal;
use crate::model::recording::{Ending, Figures, Line, Recording};
use crate::model::timeline::Lane;

/// One claim, with the words in which it was written.
#[derive(Debug, Clone)]
pub(crate) struct Claim {
    pub(crate) text: String,
    pub(crate) kind: Kind,
}

#[derive(Debug, Clone)]
pub(crate) enum Kind {
    /// `METRIC OP VALUE`
    Compare(Metric, Op, Value),
    /// `METRIC in LOW..HIGH`, both ends included
    Within(Metric, f64, f64),
    Ends(Ending),
    Says(Regex),
    SaysInOrder(Vec<String>),
    Order(Order),
}

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
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Op {
    Less,
    AtMost,
    Equal,
    AtLeast,
    More,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value {
    Number(f64),
    /// `FACTOR * METRIC(CHAPTER/SNIPPET)`
    Of(f64, Metric, String),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Order {
    Exact,
    Any,
}

/// What a run showed, as far as claims ask for it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Seen<'a> {
    pub(crate) ending: &'a Ending,
    pub(crate) figures: &'a Figures,
    pub(crate) lines: &'a [Line],
    pub(crate) lanes: &'a [Lane],
    /// Lines of output, with those that were cut from `lines`.
    pub(crate) line_count: usize,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Verdict {
    Held,
    /// With what was seen instead.
    Failed(String),
    /// With why not.
    NotChecked(String),
}

impl Metric {
    const NAMES: &str = "wall, cpu, max_rss, threads, switches, lines, polls(LANE), longest_poll, \
                         overlap(LANE, LANE)";

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
            _ => Err(format!("unknown metric `{text}`: one of {}", Self::NAMES)),
        }
    }

    /// The figure, or none where this system could not give it.
    pub(crate) fn of(&self, seen: Seen<'_>) -> Option<f64> {
        let figures = seen.figures;
        let named = |name| lanes_named(seen.lanes, name);
        match self {
            Self::Wall => figures.wall,
            Self::Cpu => Some(figures.user? + figures.system?),
            Self::MaxRss => figures.max_rss.map(|bytes| bytes as f64),
            Self::Threads => figures.threads.map(|n| n as f64),
            Self::Switches => {
                let voluntary = figures.voluntary_switches?;
                Some((voluntary + figures.involuntary_switches?) as f64)
            }
            Self::Lines => Some(seen.line_count as f64),
            Self::Polls(name) => {
                let polls = named(name)
                    .map(|lane| lane.polls as f64)
                    .reduce(|a, b| a + b);
                Some(polls.unwrap_or(0.0))
            }
            Self::LongestPoll => {
                let now = figures.wall?;
                let bars = seen.lanes.iter().flat_map(|lane| &lane.bars);
                Some(bars.map(|bar| bar.length(now)).fold(0.0, f64::max))
            }
            Self::Overlap(a, b) => {
                let (a, b) = (named(a).next()?, named(b).next()?);
                Some(crate::model::timeline::overlap(a, b))
            }
        }
    }

    /// The lane that it asks for by name and that the run does not have. To be polled never, a lane need
    /// not be there.
    fn missing_lane(&self, seen: Seen<'_>) -> Option<&str> {
        let Self::Overlap(a, b) = self else {
            return None;
        };
        let missing = |name: &&String| lanes_named(seen.lanes, name).next().is_none();
        [a, b].into_iter().find(missing).map(String::as_str)
    }

    /// The figure rounded for reading, with its unit.
    pub(crate) fn show(&self, value: f64) -> String {
        match self {
            Self::Wall | Self::Cpu | Self::LongestPoll | Self::Overlap(..) => seconds(value),
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
        }
    }
}

impl Claim {
    /// # Errors
    /// Says what is not understood, and what would be.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim();
        let (word, rest) = text.split_once(' ').unwrap_or((text, ""));
        let rest = rest.trim();
        let kind = match word {
            "ends" => Kind::Ends(Ending::parse(rest)?),
            "says" => match rest.strip_prefix("in order") {
                Some(list) => Kind::SaysInOrder(string_list(list.trim())?),
                None => Kind::Says(slashed_regex(rest)?),
            },
            "order" => Kind::Order(match rest {
                "exact" => Order::Exact,
                "any" => Order::Any,
                _ => return Err(format!("order is `exact` or `any`, not `{rest}`")),
            }),
            _ => comparison(text)?,
        };
        Ok(Self {
            text: text.to_owned(),
            kind,
        })
    }

    /// Whether some run could fail it that ends as a run without claims must. `order any` and `ends ok`
    /// hold for each such run that says the same, and no figure is below zero.
    pub(crate) fn can_fail(&self) -> bool {
        match &self.kind {
            Kind::Order(Order::Any) | Kind::Ends(Ending::Ok) => false,
            Kind::SaysInOrder(words) => !words.is_empty(),
            Kind::Says(regex) => !regex.is_match(""),
            Kind::Compare(_, Op::AtLeast, Value::Number(bound)) => *bound > 0.0,
            Kind::Compare(_, Op::More, Value::Number(bound)) => *bound >= 0.0,
            Kind::Compare(_, Op::Less | Op::AtMost, Value::Number(bound)) => bound.is_finite(),
            Kind::Within(_, low, high) => *low > 0.0 || high.is_finite(),
            Kind::Compare(..) | Kind::Ends(_) | Kind::Order(Order::Exact) => true,
        }
    }

    /// The snippet with whose figure it compares.
    pub(crate) fn other(&self) -> Option<&str> {
        match &self.kind {
            Kind::Compare(_, _, Value::Of(_, _, id)) => Some(id),
            _ => None,
        }
    }

    /// Holds the claim against a run. `recorded` is the recording of the same snippet, which claims
    /// of order ask for; `other` finds the figure of another snippet.
    pub(crate) fn hold(
        &self,
        seen: Seen<'_>,
        recorded: Option<&Recording>,
        other: &dyn Fn(&str, &Metric) -> Result<f64, String>,
    ) -> Verdict {
        match &self.kind {
            Kind::Compare(metric, op, value) => {
                let bound = match value {
                    Value::Number(bound) => *bound,
                    Value::Of(factor, metric, id) => match other(id, metric) {
                        Ok(figure) => factor * figure,
                        Err(why) => return Verdict::NotChecked(why),
                    },
                };
                figure(metric, seen, |value| op.holds(value, bound), bound, value)
            }
            Kind::Within(metric, low, high) => figure(
                metric,
                seen,
                |value| (*low..=*high).contains(&value),
                0.0,
                &Value::Number(0.0),
            ),
            Kind::Ends(ending) => {
                held_or(seen.ending == ending, || format!("ends {}", seen.ending))
            }
            Kind::Says(regex) => held_or(
                seen.lines.iter().any(|line| regex.is_match(&line.text)),
                || match nearest_line(regex, seen.lines) {
                    Some(line) => format!("no line matches, the nearest is `{line}`"),
                    None => "no line matches".to_owned(),
                },
            ),
            Kind::SaysInOrder(words) => said_in_order(words, seen.lines),
            Kind::Order(order) => match recorded {
                None => Verdict::NotChecked("nothing is recorded yet".into()),
                Some(recording) => same_output(*order, recording, seen.lines),
            },
        }
    }
}

impl Op {
    fn holds(self, value: f64, bound: f64) -> bool {
        match self {
            Self::Less => value < bound,
            Self::AtMost => value <= bound,
            Self::Equal => value == bound,
            Self::AtLeast => value >= bound,
            Self::More => value > bound,
        }
    }
}

fn held_or(holds: bool, saw: impl FnOnce() -> String) -> Verdict {
    if holds {
        Verdict::Held
    } else {
        Verdict::Failed(saw())
    }
}

fn figure(
    metric: &Metric,
    seen: Seen<'_>,
    holds: impl Fn(f64) -> bool,
    bound: f64,
    value: &Value,
) -> Verdict {
    if let Some(lane) = metric.missing_lane(seen) {
        // Every system can draw lanes: this one is misspelt, or gone from the program.
        return Verdict::Failed(format!("there is no lane `{lane}`"));
    }
    match metric.of(seen) {
        None => Verdict::NotChecked(format!("this system does not give `{metric}`")),
        Some(figure) => held_or(holds(figure), || match value {
            Value::Of(..) => format!("{metric} {figure:.4} against {bound:.4}"),
            Value::Number(_) => format!("{metric} {}", trimmed(figure)),
        }),
    }
}

fn trimmed(figure: f64) -> String {
    let text = format!("{figure:.4}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// The line that begins as the regex does, up to where it leaves a choice: most likely the one that was meant.
fn nearest_line<'a>(regex: &Regex, lines: &'a [Line]) -> Option<&'a str> {
    let beginning = regex.as_str().trim_start_matches('^');
    let end = beginning.find(|c: char| r"\.+*?()|[]{}^$".contains(c));
    let words = &beginning[..end.unwrap_or(beginning.len())];
    let mut texts = lines.iter().map(|line| line.text.as_str());
    texts.find(|text| !words.trim().is_empty() && text.contains(words))
}

fn said_in_order(words: &[String], lines: &[Line]) -> Verdict {
    let mut lines = lines.iter();
    for word in words {
        if !lines.any(|line| line.text.contains(word.as_str())) {
            return Verdict::Failed(format!("`{word}` does not come in its turn"));
        }
    }
    Verdict::Held
}

fn same_output(order: Order, recording: &Recording, lines: &[Line]) -> Verdict {
    let mut recorded = normal::lines(&recording.lines);
    let mut seen = normal::lines(lines);
    if order == Order::Any {
        recorded.sort();
        seen.sort();
    }
    if recorded == seen {
        return Verdict::Held;
    }
    let differs = recorded.iter().zip(&seen).position(|(a, b)| a != b);
    Verdict::Failed(match differs {
        Some(at) => format!(
            "line {} of {}: `{}` was recorded, `{}` came",
            at + 1,
            if order == Order::Any {
                "the sorted output"
            } else {
                "the output"
            },
            recorded[at],
            seen[at]
        ),
        None => format!(
            "{} lines were recorded, {} came",
            recorded.len(),
            seen.len()
        ),
    })
}

fn comparison(text: &str) -> Result<Kind, String> {
    // A lane's name in parentheses may have spaces.
    let after_lanes = text
        .find(')')
        .filter(|at| !text[..*at].contains(['<', '=', '>']));
    let from = after_lanes.unwrap_or(0);
    let end = text[from..]
        .find([' ', '<', '=', '>'])
        .map_or(text.len(), |at| from + at);
    let metric = Metric::parse(&text[..end])?;
    let rest = text[end..].trim();
    if let Some(range) = rest.strip_prefix("in ") {
        let (low, high) = range
            .split_once("..")
            .ok_or_else(|| format!("`{range}` is not a range: write `1.0..1.6`"))?;
        let (low, high) = (number(low)?, number(high)?);
        if low > high {
            return Err(format!("the range `{range}` is empty"));
        }
        return Ok(Kind::Within(metric, low, high));
    }
    const OPS: [(&str, Op); 5] = [
        ("<=", Op::AtMost),
        (">=", Op::AtLeast),
        ("<", Op::Less),
        (">", Op::More),
        ("=", Op::Equal),
    ];
    let (sign, op) = OPS
        .into_iter()
        .find(|(sign, _)| rest.starts_with(sign))
        .ok_or_else(|| format!("after `{metric}` comes <, <=, =, >=, > or in, not `{rest}`"))?;
    Ok(Kind::Compare(metric, op, value(rest[sign.len()..].trim())?))
}

fn value(text: &str) -> Result<Value, String> {
    if let Ok(number) = text.parse() {
        return Ok(Value::Number(number));
    }
    let (factor, call) = match text.split_once('*') {
        Some((factor, call)) => (number(factor)?, call.trim()),
        None => (1.0, text),
    };
    let (metric, id) = call
        .strip_suffix(')')
        .and_then(|call| call.split_once('('))
        .ok_or_else(|| format!("`{text}` is neither a number nor `0.2 * wall(CHAPTER/SNIPPET)`"))?;
    Ok(Value::Of(
        factor,
        Metric::parse(metric.trim())?,
        id.trim().to_owned(),
    ))
}

fn number(text: &str) -> Result<f64, String> {
    let text = text.trim();
    text.parse()
        .map_err(|_| format!("`{text}` is not a number"))
}

/// A regex between slashes.
pub(crate) fn slashed_regex(text: &str) -> Result<Regex, String> {
    let inner = text
        .strip_prefix('/')
        .and_then(|text| text.strip_suffix('/'))
        .ok_or_else(|| format!("a regex stands between slashes: /{text}/"))?;
    Regex::new(inner).map_err(|error| format!("`{inner}` is not a regex: {error}"))
}

/// `["a", "b"]`, read as TOML reads it.
fn string_list(text: &str) -> Result<Vec<String>, String> {
    #[derive(serde::Deserialize)]
    struct List {
        list: Vec<String>,
    }
    toml::from_str::<List>(&format!("list = {text}"))
        .map(|list| list.list)
        .map_err(|_| format!("`{text}` is not a list: write `says in order [\"one\", \"two\"]`"))
}

/// Seconds, rounded for reading.
pub(crate) fn seconds(value: f64) -> String {
    if value >= 99.95 {
        format!("{value:.0} s")
    } else if value >= 9.995 {
        format!("{value:.1} s")
    } else if value >= 0.9995 {
        format!("{value:.2} s")
    } else if value >= 0.0095 {
        format!("{:.0} ms", value * 1e3)
    } else if value >= 0.000_95 {
        format!("{:.1} ms", value * 1e3)
    } else {
        format!("{:.0} µs", value * 1e6)
    }
}

/// Bytes in decimal units, rounded for reading.
pub(crate) fn bytes(value: f64) -> String {
    if value >= 9.95e8 {
        format!("{:.1} GB", value / 1e9)
    } else if value >= 9.95e6 {
        format!("{:.0} MB", value / 1e6)
    } else if value >= 1e6 {
        format!("{:.1} MB", value / 1e6)
    } else if value >= 1e3 {
        format!("{:.0} kB", value / 1e3)
    } else {
        format!("{value:.0} B")
    }
}

/// `1,234,567`.
pub(crate) fn thousands(value: u64) -> String {
    let digits = value.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::recording::Stream;

    fn line(text: &str) -> Line {
        Line {
            t: 0.0,
            stream: Stream::Out,
            text: text.into(),
        }
    }

    fn figures() -> Figures {
        Figures {
            wall: Some(1.25),
            user: Some(0.25),
            system: Some(0.125),
            max_rss: Some(3_000_000),
            threads: Some(11),
            voluntary_switches: None,
            involuntary_switches: Some(3),
        }
    }

    fn hold(claim: &str, lines: &[&str]) -> Verdict {
        let lines: Vec<_> = lines.iter().map(|text| line(text)).collect();
        let figures = figures();
        let lane = |name: &str, from, to, polls| Lane {
            name: name.to_owned(),
            from,
            to,
            end: crate::model::timeline::End::Ready,
            polls,
            bars: Vec::new(),
            wakes: Vec::new(),
        };
        let lanes = [lane("tea 1", 0.0, 1.0, 2), lane("tea 2", 0.5, 1.25, 3)];
        let seen = Seen {
            ending: &Ending::Ok,
            figures: &figures,
            lines: &lines,
            lanes: &lanes,
            line_count: lines.len(),
        };
        let other = |id: &str, _: &Metric| match id {
            "threads/one_at_a_time" => Ok(10.0),
            _ => Err("unknown".to_owned()),
        };
        Claim::parse(claim).unwrap().hold(seen, None, &other)
    }

    fn held(claim: &str) -> bool {
        let lines = ["tea 1: kettle on", "tea 1: poured"];
        match hold(claim, &lines) {
            Verdict::Held => true,
            Verdict::Failed(_) => false,
            Verdict::NotChecked(why) => panic!("not checked: {why}"),
        }
    }

    #[test]
    fn figures_are_compared() {
        assert!(held("wall in 1.0..1.6"));
        assert!(!held("wall in 1.3..1.6"));
        assert!(held("wall in 1.25..1.25"));
        assert!(held("cpu <= 0.375"));
        assert!(!held("cpu < 0.375"));
        assert!(held("threads = 11"));
        assert!(!held("threads = 12"));
        assert!(held("threads >= 11"));
        assert!(!held("threads > 11"));
        assert!(held("max_rss < 20e6"));
        assert!(held("lines = 2"));
        assert!(held("wall < 0.2 * wall(threads/one_at_a_time)"));
        assert!(!held("wall < 0.1 * wall(threads/one_at_a_time)"));
        assert!(held("wall < wall(threads/one_at_a_time)"));
    }

    #[test]
    fn lanes_are_claimed_by_name() {
        assert!(held("polls(tea 1) = 2"));
        assert!(held("polls(tea 2) in 2..3"));
        assert!(held("polls(tea 3) = 0"));
        assert!(held("overlap(tea 1, tea 2) = 0.5"));
        assert!(!held("overlap(tea 1, tea 2) > 0.5"));
        assert!(held("longest_poll < 0.1"));
        assert_eq!(
            hold("overlap(tea 1, tea 9) >= 0", &[]),
            Verdict::Failed("there is no lane `tea 9`".into())
        );
    }

    #[test]
    fn words_are_held_against_the_output() {
        assert!(held("ends ok"));
        assert!(!held("ends hang"));
        assert!(held("says /kettle on$/"));
        assert!(!held("says /^kettle/"));
        assert!(held(r#"says in order ["kettle", "poured"]"#));
        assert!(!held(r#"says in order ["poured", "kettle"]"#));
        assert!(!held(r#"says in order ["poured", "poured"]"#));
    }

    #[test]
    fn a_figure_that_is_not_there_is_not_held() {
        assert!(matches!(hold("switches > 0", &[]), Verdict::NotChecked(_)));
        assert!(matches!(hold("order any", &[]), Verdict::NotChecked(_)));
        let missing = "wall < wall(threads/nothing)";
        assert!(matches!(hold(missing, &[]), Verdict::NotChecked(_)));
    }

    #[test]
    fn a_failed_claim_says_what_was_seen() {
        let saw = |claim: &str| match hold(claim, &[]) {
            Verdict::Failed(saw) => saw,
            other => panic!("{other:?}"),
        };
        assert_eq!(saw("wall < 1"), "wall 1.25");
        assert_eq!(saw("ends exit 3"), "ends ok");
        assert_eq!(
            saw("wall < 0.1 * wall(threads/one_at_a_time)"),
            "wall 1.2500 against 1.0000"
        );
    }

    #[test]
    fn a_failed_regex_says_which_line_was_likely_meant() {
        let saw = |claim: &str| match hold(claim, &["tea 1: kettle on"]) {
            Verdict::Failed(saw) => saw,
            other => panic!("{other:?}"),
        };
        assert_eq!(
            saw(r"says /kettle o\w+ \d/"),
            "no line matches, the nearest is `tea 1: kettle on`"
        );
        assert_eq!(saw(r"says /\d\d/"), "no line matches");
    }

    #[test]
    fn some_claims_can_never_fail() {
        let can_fail = |text: &str| Claim::parse(text).unwrap().can_fail();
        for text in [
            "order any",
            "ends ok",
            "wall >= 0",
            "says //",
            "says in order []",
        ] {
            assert!(!can_fail(text), "{text}");
        }
        for text in [
            "order exact",
            "ends hang",
            "wall < 2",
            "threads = 1",
            "polls(a) > 0",
        ] {
            assert!(can_fail(text), "{text}");
        }
    }

    #[test]
    fn what_is_not_a_claim_is_refused() {
        let error = |text: &str| Claim::parse(text).unwrap_err();
        assert!(error("walls < 1").contains("unknown metric `walls`"));
        assert!(error("wall 1").contains("after `wall` comes"));
        assert!(error("wall in 2..1").contains("empty"));
        assert!(error("wall < soon").contains("neither a number"));
        assert!(error("ends badly").contains("badly"));
        assert!(error("says hello").contains("between slashes"));
        assert!(error("says /(/").contains("not a regex"));
        assert!(error("says in order hello").contains("not a list"));
        assert!(error("order some").contains("`exact` or `any`"));
    }

    #[test]
    fn figures_are_rounded_for_reading() {
        assert_eq!(seconds(1.0032), "1.00 s");
        assert_eq!(seconds(10.004), "10.0 s");
        assert_eq!(seconds(0.9996), "1.00 s");
        assert_eq!(seconds(0.012), "12 ms");
        assert_eq!(seconds(0.0012), "1.2 ms");
        assert_eq!(seconds(0.000_04), "40 µs");
        assert_eq!(bytes(3_145_728.0), "3.1 MB");
        assert_eq!(bytes(312.4e6), "312 MB");
        assert_eq!(bytes(900.0), "900 B");
        assert_eq!(thousands(1_234_567), "1,234,567");
        assert_eq!(thousands(12), "12");
    }
}
