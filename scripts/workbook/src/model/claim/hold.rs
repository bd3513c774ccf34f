//! Claims held against a run.

use regex::Regex;

use super::{Assertion, Bound, Claim, Op, Unknown, Verdict};
use crate::model::metric::Metric;
use crate::model::normal::{self, Difference, Order};
use crate::model::run::{Line, Run};

impl Claim {
    // part: hold
    /// Holds the claim against a run. `recorded` is the recorded run of the same snippet, which claims of order ask for;
    /// `other` finds the figure of another snippet.
    pub(crate) fn hold(
        &self,
        run: &Run,
        recorded: Option<&Run>,
        other: &dyn Fn(&str, &Metric) -> Result<f64, Unknown>,
    ) -> Verdict {
        match &self.kind {
            Assertion::Compare(metric, op, Bound::Number(bound)) => {
                let saw = |figure| format!("{metric} {}", trimmed(figure));
                hold_figure(metric, run, |figure| op.holds(figure, *bound), saw)
            }
            Assertion::Compare(metric, op, Bound::Of(factor, of, id)) => match other(id, of) {
                Ok(figure) => {
                    let bound = factor * figure;
                    let saw = |figure| format!("{metric} {figure:.4} against {bound:.4}");
                    hold_figure(metric, run, |figure| op.holds(figure, bound), saw)
                }
                Err(unknown) => Verdict::NotChecked(unknown),
            },
            Assertion::Within(metric, low, high) => {
                let saw = |figure| format!("{metric} {}", trimmed(figure));
                hold_figure(metric, run, |figure| (*low..=*high).contains(&figure), saw)
            }
            Assertion::Ends(ending) => {
                held_or(run.ending == *ending, || format!("ends {}", run.ending))
            }
            Assertion::Says(regex) => held_or(
                run.lines.iter().any(|line| regex.is_match(&line.text)),
                || match nearest_line(regex, &run.lines) {
                    Some(line) => format!("no line matches, the nearest is `{line}`"),
                    None => "no line matches".to_owned(),
                },
            ),
            Assertion::SaysInOrder(words) => said_in_order(words, &run.lines),
            Assertion::Order(order) => match recorded {
                None => Verdict::NotChecked(Unknown::Recorded),
                Some(recorded) => same_output(*order, &recorded.lines, &run.lines),
            },
        }
    }
    // end: hold
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

fn hold_figure(
    metric: &Metric,
    run: &Run,
    holds: impl Fn(f64) -> bool,
    saw: impl Fn(f64) -> String,
) -> Verdict {
    if let Some(lane) = metric.missing_lane(run) {
        // Every system can draw lanes: this one is misspelt, or gone from the program.
        return Verdict::Failed(format!("there is no lane `{lane}`"));
    }
    match metric.of(run) {
        // Linux counts them, so this run is at fault and not the system.
        None if *metric == Metric::Threads && cfg!(target_os = "linux") => {
            Verdict::Failed("its peak of threads was too short to be counted".to_owned())
        }
        // The same on every system.
        None if let Metric::Waits(lane, _) = metric => Verdict::Failed(format!(
            "`{lane}` has waited too often: not all is written down"
        )),
        None => Verdict::NotChecked(Unknown::Figure(metric.clone())),
        Some(figure) => held_or(holds(figure), || saw(figure)),
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

fn same_output(order: Order, recorded: &[Line], lines: &[Line]) -> Verdict {
    let saw = match normal::difference(Some(order), recorded, lines) {
        None => return Verdict::Held,
        Some(Difference::Line(number, was, is)) => {
            let output = match order {
                Order::Exact => "the output",
                Order::Any => "the sorted output",
            };
            format!("line {number} of {output}: `{was}` was recorded, `{is}` came")
        }
        Some(Difference::Length(was, is)) => format!("{was} lines were recorded, {is} came"),
        Some(Difference::Kind(..)) => "other lines were recorded".to_owned(),
    };
    Verdict::Failed(saw)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::run::{Ending, Figures, Stream};
    use crate::model::timeline::{Lane, LaneEnd, NamedWait, WaitEnd};

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
            involuntary_switches: Some(3),
            ..Figures::default()
        }
    }

    fn hold(claim: &str, lines: &[&str]) -> Verdict {
        let lines: Vec<_> = lines.iter().map(|text| line(text)).collect();
        let lane = |name: &str, from, to, polls| Lane {
            name: name.to_owned(),
            from,
            to,
            end: LaneEnd::Ready,
            polls,
            bars: Vec::new(),
            wakes: Vec::new(),
            waits: Vec::new(),
            more_waits: false,
            woken_by: None,
        };
        let wait = |what: &str, from, to| NamedWait {
            what: what.to_owned(),
            from,
            to,
            end: WaitEnd::Got,
        };
        let tea_2 = Lane {
            waits: vec![wait("a place", 0.5, 0.75), wait("a tray", 1.0, 1.125)],
            ..lane("tea 2", 0.5, 1.25, 3)
        };
        let tea_4 = Lane {
            waits: tea_2.waits.clone(),
            more_waits: true,
            ..lane("tea 4", 0.5, 1.25, 3)
        };
        let run = Run {
            figures: figures(),
            lines,
            timeline: vec![lane("tea 1", 0.0, 1.0, 2), tea_2, tea_4],
            ..Run::ended(Ending::Ok)
        };
        let other = |id: &str, _: &Metric| match id {
            "threads/one_at_a_time" => Ok(10.0),
            _ => Err(Unknown::RecordingOf(id.to_owned())),
        };
        Claim::parse(claim).unwrap().hold(&run, None, &other)
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
        assert!(held("waits(tea 1) = 0"));
        assert!(held("waits(tea 2) = 0.375"));
        assert!(held("waits(tea 2, a place) = 0.25"));
        assert!(!held("waits(tea 2, a place) > 0.25"));
        assert!(held("waits(tea 2, a cup) = 0"));
        assert_eq!(
            hold("waits(tea 9) >= 0", &[]),
            Verdict::Failed("there is no lane `tea 9`".into())
        );
        assert_eq!(
            hold("waits(tea 4) >= 0", &[]),
            Verdict::Failed("`tea 4` has waited too often: not all is written down".into())
        );
        assert_eq!(
            hold("overlap(tea 1, tea 9) >= 0", &[]),
            Verdict::Failed("there is no lane `tea 9`".into())
        );
    }

    // part: words
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
    // end: words

    #[test]
    fn a_figure_that_is_not_there_is_not_held() {
        assert!(matches!(hold("switches > 0", &[]), Verdict::NotChecked(_)));
        assert!(matches!(hold("order any", &[]), Verdict::NotChecked(_)));
        let missing = "wall < wall(threads/nothing)";
        assert!(matches!(hold(missing, &[]), Verdict::NotChecked(_)));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_peak_of_threads_that_nobody_could_count_holds_no_claim() {
        let run = Run::ended(Ending::Ok);
        let other = |_: &str, _: &Metric| Err(Unknown::Recorded);
        let claim = Claim::parse("threads >= 1").unwrap();
        assert_eq!(
            claim.hold(&run, None, &other),
            Verdict::Failed("its peak of threads was too short to be counted".into())
        );
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
}
