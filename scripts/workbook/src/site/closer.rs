//! Where a picture is looked at more closely: a window between moments of the run that have a name, such as the third
//! poll of a lane, and not between times of the clock, which are others in every recording. Pure: text in, a window out.

use crate::model::problem::{Problem, closest};
use crate::model::run::Run;
use crate::model::timeline::{HEAD, Lane};
use crate::model::units::{count, seconds};
use crate::site::picture::{PicturedRun, Window};

/// What is written behind `closer=`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Closer {
    first: LaneEvent,
    last: Option<LaneEvent>,
    /// Seconds on both sides; where nothing is said, a share of the window.
    around: Option<f64>,
}

/// Something that happens in a lane.
#[derive(Debug, Clone, PartialEq)]
struct LaneEvent {
    what: What,
    lane: String,
    /// As it was written.
    text: String,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum What {
    Poll(Which),
    Wake(Which),
    End,
}

/// Which of many.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Which {
    /// From 1 on.
    Number(usize),
    Last,
}

/// The share of a window that is drawn on each of its sides, if nothing else is said.
const MARGIN: f64 = 0.12;
/// In microseconds, which are all that a timeline knows, less is nothing.
const SHORTEST: f64 = 10e-6;
const EXAMPLE: &str =
    "write closer=\"wake(tea 1, 1) to poll(tea 1, 2)\" or closer=\"end(tea 1) ± 2 ms\"";

impl Closer {
    /// Reads `EVENT to EVENT`, `EVENT ± TIME`, or both.
    ///
    /// # Errors
    /// Says what is not understood, and what could be written.
    pub(crate) fn parse(text: &str) -> Result<Self, Problem> {
        let wrong = |what: String| Problem::nowhere(what, EXAMPLE);
        let (first, rest) = LaneEvent::parse(text).map_err(wrong)?;
        let (last, rest) = match rest.strip_prefix("to ") {
            Some(rest) => LaneEvent::parse(rest).map(|(event, rest)| (Some(event), rest)),
            None => Ok((None, rest)),
        }
        .map_err(wrong)?;
        let around = match rest.strip_prefix('±') {
            Some(time) => {
                let time = time.trim();
                let read = duration(time).filter(|it| *it > 0.0);
                Some(read.ok_or_else(|| {
                    wrong(format!("`{time}` is no time: a number, and s, ms or µs"))
                })?)
            }
            None if rest.is_empty() => None,
            None => return Err(wrong(format!("`{rest}` is not understood"))),
        };
        if last.is_none() && around.is_none() && !matches!(first.what, What::Poll(_)) {
            let what = format!("`{}` is a moment, and has no length", first.text);
            return Err(wrong(what));
        }
        Ok(Self {
            first,
            last,
            around,
        })
    }

    /// The window in this run of the snippet `id`.
    ///
    /// # Errors
    /// Where the run has no such moments, or the window is no closer look.
    pub(crate) fn window(&self, id: &str, run: &Run) -> Result<Window, Problem> {
        let (zero, until) = self.first.find(id, run)?;
        let (begin, until) = match &self.last {
            Some(last) => last.find(id, run)?,
            None => (zero, until),
        };
        let (first, wall) = (&self.first.text, run.wall());
        if begin < zero {
            let last = self.last.as_ref().map_or(first, |last| &last.text);
            let what = format!("in the recording of `{id}`, `{last}` is before `{first}`");
            let help = "name first what comes first, in every run";
            return Err(Problem::nowhere(what, help));
        }
        let around = self.around.unwrap_or((until - zero) * MARGIN);
        let around = around.max((SHORTEST - (until - zero)) / 2.0);
        let window = Window {
            from: (zero - around).max(0.0),
            to: (until + around).min(wall.max(until)),
            zero,
        };
        let long = window.to - window.from;
        if long > wall / 3.0 {
            let (long, wall) = (seconds(long), seconds(wall));
            let what = format!("no closer look at `{id}`: {long} are more than a third of {wall}");
            let help = "name two moments that are nearer to each other, or less time around one";
            return Err(Problem::nowhere(what, help));
        }
        let lanes = window.lanes(&PicturedRun::of("", run)).len();
        if lanes > Window::LANES {
            let most = Window::LANES;
            let what = format!("no closer look at `{id}`: {lanes} lanes have something in it");
            let help =
                format!("choose a window in which not more than {most} lanes have something");
            return Err(Problem::nowhere(what, help));
        }
        Ok(window)
    }
}

impl LaneEvent {
    /// Reads `poll(LANE, N)`, `wake(LANE, N)` or `end(LANE)`. Also what comes after it.
    fn parse(text: &str) -> Result<(Self, &str), String> {
        let text = text.trim_start();
        let misread = || format!("`{text}` is none of poll(LANE, N), wake(LANE, N) and end(LANE)");
        let (event, rest) = text.split_once(')').ok_or_else(misread)?;
        let (word, inside) = event.split_once('(').ok_or_else(misread)?;
        let numbered = || {
            let (lane, number) = inside.rsplit_once(',').ok_or_else(misread)?;
            let which = match number.trim() {
                "last" => Which::Last,
                number => match number.parse() {
                    Ok(number) if number > 0 => Which::Number(number),
                    _ => {
                        let what = format!("`{number}` is no number from 1 on, and not `last`");
                        return Err(what);
                    }
                },
            };
            Ok((lane, which))
        };
        let (lane, what) = match word {
            "poll" => numbered().map(|(lane, which)| (lane, What::Poll(which)))?,
            "wake" => numbered().map(|(lane, which)| (lane, What::Wake(which)))?,
            "end" => (inside, What::End),
            _ => return Err(misread()),
        };
        let event = Self {
            what,
            lane: lane.trim().to_owned(),
            text: format!("{event})"),
        };
        Ok((event, rest.trim()))
    }

    /// When it begins and ends in this run of `id`.
    fn find(&self, id: &str, run: &Run) -> Result<(f64, f64), Problem> {
        let mut lanes = run.timeline.iter();
        let lane = lanes.find(|lane| lane.name == self.lane);
        let lane = lane.ok_or_else(|| self.unknown_lane(id, run))?;
        let found = match self.what {
            What::Poll(which) => {
                let bar = which.of(&lane.bars);
                bar.map(|bar| (bar.from, bar.from + bar.length(run.wall())))
            }
            What::Wake(which) => which.of(&lane.wakes).map(|wake| (*wake, *wake)),
            What::End => Some((lane.to, lane.to)),
        };
        found.ok_or_else(|| self.unknown_number(id, lane))
    }

    fn unknown_lane(&self, id: &str, run: &Run) -> Problem {
        let names = || run.timeline.iter().map(|lane| lane.name.as_str());
        let what = format!("the recording of `{id}` has no lane `{}`", self.lane);
        let help = match closest(&self.lane, names()) {
            _ if run.timeline.is_empty() => "only a program with lanes has a picture".to_owned(),
            Some(close) => format!("did you mean `{close}`?"),
            None => {
                let some: Vec<_> = names().take(12).collect();
                format!("its lanes are {}", some.join(", "))
            }
        };
        Problem::nowhere(what, help)
    }

    fn unknown_number(&self, id: &str, lane: &Lane) -> Problem {
        let (seen, noun) = match self.what {
            What::Wake(_) => (lane.wakes.len(), "wake"),
            _ => (lane.bars.len(), "poll"),
        };
        let has = match seen {
            0..HEAD => count(seen, noun),
            _ => format!("numbers for its first {HEAD} {noun}s alone"),
        };
        let text = &self.text;
        let what = format!("the recording of `{id}` has no `{text}`: that lane has {has}");
        Problem::nowhere(what, "name one that is in every run, or the `last`")
    }
}

impl Which {
    /// Of very many, some are not kept: those have no number that is known.
    fn of<T>(self, kept: &[T]) -> Option<&T> {
        match self {
            Self::Number(number) => kept[..kept.len().min(HEAD)].get(number - 1),
            Self::Last => kept.last(),
        }
    }
}

/// Seconds, from a number with its unit.
fn duration(text: &str) -> Option<f64> {
    let (number, unit) = text.split_once(' ')?;
    let unit = match unit {
        "s" => 1.0,
        "ms" => 1e-3,
        "µs" | "us" => 1e-6,
        _ => return None,
    };
    let number: f64 = number.parse().ok()?;
    number.is_finite().then_some(number * unit)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::run::Ending;
    use crate::model::timeline::{Bar, LaneEnd};

    fn lane(name: &str, wakes: &[f64], polls: &[(f64, f64)]) -> Lane {
        let bar = |&(from, to): &(f64, f64)| Bar {
            from,
            to: Some(to),
            cpu: Some(0.0),
            sleeps: None,
            put_off: None,
            thread: 0,
        };
        Lane {
            name: name.into(),
            from: 0.0,
            to: polls.last().map_or(2.0, |(_, to)| *to),
            end: LaneEnd::Ready,
            polls: polls.len() as u64,
            bars: polls.iter().map(bar).collect(),
            wakes: wakes.to_vec(),
            waits: Vec::new(),
            more_waits: false,
            woken_by: None,
        }
    }

    /// Two teas in two seconds: the second begins where the first ends.
    fn two_teas() -> Run {
        let mut run = Run::ended(Ending::Ok);
        run.figures.wall = Some(2.0);
        run.timeline = vec![
            lane("tea 1", &[1.0], &[(0.0, 0.1), (1.01, 1.02)]),
            lane("tea (2, hot", &[], &[(1.04, 1.05), (2.0, 2.0)]),
        ];
        run
    }

    fn window(text: &str, run: &Run) -> Result<Window, Problem> {
        Closer::parse(text)?.window("tea/main", run)
    }

    #[track_caller]
    fn is(text: &str, from: f64, to: f64, zero: f64) {
        let window = window(text, &two_teas()).unwrap();
        let near = |a: f64, b: f64| (a - b).abs() < 1e-9;
        assert!(
            near(window.from, from) && near(window.to, to) && near(window.zero, zero),
            "{text}: {window:?}"
        );
    }

    #[test]
    fn a_window_goes_from_one_event_to_another() {
        is("wake(tea 1, 1) to poll(tea 1, 2)", 0.9976, 1.0224, 1.0);
        is("wake(tea 1,last)  to  end(tea 1)", 0.9976, 1.0224, 1.0);
        is("poll(tea (2, hot, 1)", 1.0388, 1.0512, 1.04);
        is(
            "poll(tea 1, 2) to poll(tea (2, hot, 1) ± 5 ms",
            1.005,
            1.055,
            1.01,
        );
        is("end(tea 1) ± 0.1 s", 0.92, 1.12, 1.02);
        is("end(tea 1) ±200 µs", 1.0198, 1.0202, 1.02);
    }

    #[test]
    fn a_window_stays_in_its_run_and_is_never_empty() {
        is("poll(tea (2, hot, last) ± 1 ms", 1.999, 2.0, 2.0);
        is("poll(tea 1, 1) ± 1 ms", 0.0, 0.101, 0.0);
        is("poll(tea (2, hot, 2)", 1.999_995, 2.0, 2.0);
    }

    #[test]
    fn what_is_no_window_is_told_with_its_cure() {
        for (text, what, help) in [
            ("", "`` is none of poll(LANE, N)", "write closer="),
            ("1.0..1.2", "`1.0..1.2` is none of", "write closer="),
            ("begin(tea 1)", "`begin(tea 1)` is none of", "write closer="),
            ("poll(tea 1)", "`poll(tea 1)` is none of", "write closer="),
            (
                "poll(tea 1, 0)",
                "`0` is no number from 1 on",
                "write closer=",
            ),
            (
                "end(tea 1)",
                "`end(tea 1)` is a moment, and has no length",
                "± 2 ms",
            ),
            ("end(tea 1) ± 2", "`2` is no time", "± 2 ms"),
            ("end(tea 1) ± -2 ms", "`-2 ms` is no time", "± 2 ms"),
            ("end(tea 1) ± inf s", "`inf s` is no time", "± 2 ms"),
            (
                "poll(tea 1, 2) and so on",
                "`and so on` is not understood",
                "write closer=",
            ),
            (
                "poll(tea 1, 2) to",
                "`to` is not understood",
                "write closer=",
            ),
            (
                "end(tee 1) ± 2 ms",
                "has no lane `tee 1`",
                "did you mean `tea 1`?",
            ),
            (
                "end(cocoa) ± 2 ms",
                "has no lane `cocoa`",
                "its lanes are tea 1, tea (2, hot",
            ),
            (
                "poll(tea 1, 3)",
                "no `poll(tea 1, 3)`: that lane has 2 polls",
                "or the `last`",
            ),
            (
                "wake(tea 1, 2) ± 1 s",
                "no `wake(tea 1, 2)`: that lane has 1 wake",
                "or the `last`",
            ),
            (
                "wake(tea (2, hot, last) ± 1 s",
                "that lane has 0 wakes",
                "or the `last`",
            ),
            (
                "end(tea 1) to poll(tea 1, 2)",
                "`poll(tea 1, 2)` is before `end(tea 1)`",
                "what comes first",
            ),
            (
                "end(tea 1) ± 0.4 s",
                "800 ms are more than a third of 2.00 s",
                "nearer to each other",
            ),
        ] {
            let problem = window(text, &two_teas()).unwrap_err();
            assert!(problem.what.contains(what), "{text}: {problem:?}");
            assert!(problem.help.contains(help), "{text}: {problem:?}");
        }
    }

    #[test]
    fn a_window_has_no_more_lanes_than_can_be_looked_at() {
        let mut run = two_teas();
        let closer = Closer::parse("poll(tea 1, 2)").unwrap();
        let more = |n: usize| lane(&format!("tea {n}"), &[], &[(1.01, 1.02)]);
        run.timeline.extend((1..Window::LANES).map(more));
        assert!(closer.window("tea/main", &run).is_ok());
        run.timeline.push(more(0));
        let problem = closer.window("tea/main", &run).unwrap_err();
        assert!(
            problem.what.ends_with("13 lanes have something in it"),
            "{problem:?}"
        );
    }

    #[test]
    fn of_very_many_polls_only_the_first_have_a_number() {
        let mut run = two_teas();
        let polls: Vec<_> = (0..80)
            .map(|n| (f64::from(n), f64::from(n) + 0.5))
            .collect();
        run.figures.wall = Some(100.0);
        run.timeline = vec![lane("tea 1", &[], &polls)];
        run.timeline[0].polls = 1000;
        let zero = |text: &str| window(text, &run).map(|window| window.zero);
        assert_eq!(zero("poll(tea 1, 60)"), Ok(59.0));
        assert_eq!(zero("poll(tea 1, last)"), Ok(79.0));
        let problem = zero("poll(tea 1, 61)").unwrap_err();
        assert!(
            problem
                .what
                .ends_with("numbers for its first 60 polls alone"),
            "{problem:?}"
        );
    }

    #[test]
    fn without_a_lane_there_is_nothing_to_look_at() {
        let problem = window("poll(tea 1, 1)", &Run::ended(Ending::Ok)).unwrap_err();
        assert_eq!(problem.help, "only a program with lanes has a picture");
    }
}
