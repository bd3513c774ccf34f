//! What ran when: the lanes of a run, read from the events that a traced program wrote. Pure: text in, lanes
//! out. The events' format is documented in `scripts/timeline`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::model::printed;

/// A future, or a stretch of plain code on a thread, from its beginning to its end.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Lane {
    pub(crate) name: String,
    /// Seconds from the start of the run to when it was made; for plain code, to when it began.
    pub(crate) from: f64,
    /// Seconds to its end; where it had none, to the last event of the run.
    pub(crate) to: f64,
    pub(crate) end: LaneEnd,
    /// How often it was polled; 0 for plain code.
    pub(crate) polls: u64,
    /// The polls that were written down: the first ones, and the last.
    pub(crate) bars: Vec<Bar>,
    /// Seconds at which it was woken, likewise.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) wakes: Vec<f64>,
    /// What it waited for, as far as the program has given that a name: in the order in which the waits began.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) waits: Vec<NamedWait>,
    /// Whether there were more waits, which the program did not write down.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) more_waits: bool,
    /// The name of the lane that woke it last; none where that was no lane: a timer, a socket, a thread without one.
    /// Not a part of recordings.
    #[serde(skip)]
    pub(crate) woken_by: Option<String>,
}

/// One poll, or one stretch of plain code.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Bar {
    /// Seconds from the start of the run.
    pub(crate) from: f64,
    /// None where the run was stopped in the middle of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) to: Option<f64>,
    /// Seconds of CPU that its thread used in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) cpu: Option<f64>,
    /// How often its thread left its core of itself: to sleep, or to wait for a lock. None where it was short, and where
    /// the system does not tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) sleeps: Option<u64>,
    /// How often it was put off its core for another thread, likewise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) put_off: Option<u64>,
    /// The thread, numbered in the order in which they appeared.
    pub(crate) thread: u64,
}

/// One wait that has a name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NamedWait {
    #[serde(rename = "for")]
    pub(crate) what: String,
    /// Seconds from the start of the run.
    pub(crate) from: f64,
    /// Seconds to its end; where it had none, to that of its lane.
    pub(crate) to: f64,
    pub(crate) end: WaitEnd,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum WaitEnd {
    #[serde(rename = "got")]
    Got,
    /// What it waited with was dropped.
    #[serde(rename = "gave up")]
    GaveUp,
    /// Its lane ended before it did.
    #[serde(rename = "open")]
    Open,
}

/// What a thread does while it has something to run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Activity {
    Computing,
    /// It sleeps, or waits for a lock, and nothing else can run on it.
    Asleep,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum LaneEnd {
    /// It came to its end.
    Ready,
    /// It was dropped before its end.
    Dropped,
    Panicked,
    /// The run ended, or was stopped, before it did.
    Open,
}

impl Bar {
    /// Seconds until its end, or until `now` where it has none.
    pub(crate) fn length(&self, now: f64) -> f64 {
        (self.to.unwrap_or(now) - self.from).max(0.0)
    }

    /// What its thread did in it. Nobody measured a poll that is still open: it does what is said of `open` ones.
    ///
    /// A thread that did next to nothing for long enough to be seen was asleep, or waited for a lock. On a busy machine
    /// a thread that computes may get a small part of a core: it has never left that of itself, where this is known.
    pub(crate) fn activity(&self, open: Activity) -> Activity {
        match (self.to, self.cpu) {
            (None, _) => open,
            (Some(to), Some(cpu)) if to - self.from > 0.01 && cpu < 0.1 * (to - self.from) => {
                match self.sleeps {
                    Some(0) => Activity::Computing,
                    _ => Activity::Asleep,
                }
            }
            (Some(_), _) => Activity::Computing,
        }
    }

    /// The seconds for which its thread had to wait for a core: known only where it never left that of itself.
    fn kept_off(&self) -> Option<f64> {
        let was_put_off = self.sleeps == Some(0) && self.put_off? > 0;
        was_put_off.then_some(self.to? - self.from - self.cpu?)
    }
}

impl Lane {
    /// The seconds in which it waited for this, or for anything that has a name. Waits for several things at a time
    /// count once. None where not all waits were written down.
    pub(crate) fn waited(&self, what: Option<&str>) -> Option<f64> {
        if self.more_waits {
            return None;
        }
        let mut until = f64::MIN;
        let mut sum = 0.0;
        // They are in the order in which they began.
        for wait in &self.waits {
            if what.is_none_or(|what| what == wait.what) {
                sum += (wait.to - wait.from.max(until)).max(0.0);
                until = until.max(wait.to);
            }
        }
        Some(sum)
    }
}

/// The seconds in which both were under way: made, and not yet at their end.
pub(crate) fn overlap(a: &Lane, b: &Lane) -> f64 {
    let begin = |lane: &Lane| lane.bars.first().map_or(lane.from, |bar| bar.from);
    (a.to.min(b.to) - begin(a).max(begin(b))).max(0.0)
}

/// The lane that waited longest for a core while other programs had it, and for how many seconds of how many. `cpu` is
/// what the whole program used, and `wall` how long it ran, in seconds.
///
/// Short of a fifth of its time, or of a fiftieth of the picture, nobody sees it. And where the rest of the program has
/// computed for as long, it may have been its own threads that were in the way.
pub(crate) fn kept_off_by_others(lanes: &[Lane], cpu: f64, wall: f64) -> Option<(&Lane, f64, f64)> {
    let bars = lanes.iter().flat_map(|lane| {
        let bars = lane.bars.iter();
        bars.filter_map(move |bar| Some((lane, bar, bar.kept_off()?)))
    });
    let spoiled = bars.filter_map(|(lane, bar, off)| {
        let (length, rest) = (bar.length(0.0), cpu - bar.cpu.unwrap_or_default());
        (off > length / 5.0 && off > wall / 50.0 && off > rest).then_some((lane, off, length))
    });
    spoiled.max_by(|a, b| a.1.total_cmp(&b.1))
}

/// Bars and wakes that a lane keeps: so many of its first, so many of its last.
pub(crate) const HEAD: usize = 60;
const TAIL: usize = 20;

#[derive(Debug, Deserialize)]
struct First {
    timeline: u32,
    /// Seconds since 1970 at which the times of the events begin.
    start: f64,
}

#[derive(Debug, Deserialize)]
struct TimelineEvent {
    t: f64,
    lane: Option<usize>,
    #[serde(rename = "event")]
    what: String,
    name: Option<String>,
    thread: Option<u64>,
    cpu: Option<f64>,
    sleeps: Option<u64>,
    put_off: Option<u64>,
    polls: Option<u64>,
    /// Of a wake, the lane that made it.
    by: Option<usize>,
    /// The number of a wait in its lane.
    wait: Option<usize>,
    /// What that is for.
    #[serde(rename = "for")]
    what_for: Option<String>,
}

/// Reads the events of a run that began at `begin`, in seconds since 1970, and took `wall` seconds. A last
/// line that was cut short, because the run was killed while it wrote, is left out.
///
/// # Errors
/// Says what is not an event, and in which line.
pub(crate) fn parse(text: &str, begin: f64, wall: f64) -> Result<Vec<Lane>, String> {
    let mut lines = text
        .lines()
        .enumerate()
        .filter(|(_, line)| !line.is_empty())
        .peekable();
    let Some((_, first)) = lines.next() else {
        return Ok(Vec::new());
    };
    let first: First =
        serde_json::from_str(first).map_err(|error| format!("line 1 of the events: {error}"))?;
    if first.timeline != 1 {
        return Err(format!(
            "events of version {}, this tool reads version 1",
            first.timeline
        ));
    }
    // Clocks may be set between the two readings; a lane never begins before its run.
    let offset = (first.start - begin).clamp(0.0, wall);
    let mut events = Vec::new();
    while let Some((at, line)) = lines.next() {
        match serde_json::from_str::<TimelineEvent>(line) {
            // A program may write what it likes: no run has such a time.
            Ok(event) if !(0.0..=1e6).contains(&event.t) => {
                let t = event.t;
                return Err(format!(
                    "line {} of the events: there is no time {t:e}",
                    at + 1
                ));
            }
            Ok(event) => events.push((at + 1, event)),
            Err(_) if lines.peek().is_none() && !text.ends_with('\n') => break,
            Err(error) => return Err(format!("line {} of the events: {error}", at + 1)),
        }
    }
    // Threads write in turn, but not quite in the order in which things happened.
    events.sort_by(|(_, a), (_, b)| a.t.total_cmp(&b.t));
    let mut lanes: Vec<Lane> = Vec::new();
    // Of each lane the number of the one that woke it last.
    let mut woken_by: BTreeMap<usize, Option<usize>> = BTreeMap::new();
    for (line, event) in &events {
        let t = round(event.t + offset);
        let Some(number) = event.lane else { continue };
        if number > events.len() {
            return Err(format!(
                "line {line} of the events: there are not so many lanes"
            ));
        }
        while lanes.len() <= number {
            lanes.push(unborn());
        }
        if let Some(name) = &event.name {
            lanes[number].name = printed::as_it_stands(name);
            lanes[number].from = t;
        }
        apply(&mut lanes[number], event, t);
        if event.what == "wake" {
            woken_by.insert(number, event.by);
        }
    }
    for (number, by) in woken_by {
        let by = by.and_then(|by| lanes.get(by)).map(|by| by.name.clone());
        lanes[number].woken_by = by;
    }
    lanes.retain(|lane| lane.to >= 0.0);
    for lane in &mut lanes {
        if lane.end == LaneEnd::Open {
            lane.to = wall;
        }
        for wait in &mut lane.waits {
            // Of a lane that is over, the rest of a wait is nobody's.
            if wait.end == WaitEnd::Open {
                wait.to = lane.to;
            }
            wait.to = wait.to.min(lane.to).max(wait.from);
        }
        thin_out(&mut lane.bars);
        thin_out(&mut lane.wakes);
    }
    Ok(lanes)
}

/// Ends what is still open in a run that goes on at `now`, in seconds from its start, and says whether any poll
/// was. What such a poll does nobody has measured: it does what the whole program does.
pub(crate) fn close_open(lanes: &mut [Lane], now: f64, activity: Activity) -> bool {
    let open = lanes.iter_mut().flat_map(|lane| lane.bars.last_mut());
    let mut any = false;
    for bar in open.filter(|bar| bar.to.is_none()) {
        any = true;
        bar.cpu = Some(match activity {
            Activity::Computing => bar.length(now),
            Activity::Asleep => 0.0,
        });
        bar.to = Some(now.max(bar.from));
    }
    any
}

fn unborn() -> Lane {
    Lane {
        name: String::new(),
        from: 0.0,
        to: -1.0,
        end: LaneEnd::Open,
        polls: 0,
        bars: Vec::new(),
        wakes: Vec::new(),
        waits: Vec::new(),
        more_waits: false,
        woken_by: None,
    }
}

fn apply(lane: &mut Lane, event: &TimelineEvent, t: f64) {
    // A wake may come later than the end, and so does the end of a wait that is dropped with its lane.
    if lane.end == LaneEnd::Open {
        lane.to = lane.to.max(t);
    }
    let close = |lane: &mut Lane| {
        if let Some(bar) = lane.bars.last_mut().filter(|bar| bar.to.is_none()) {
            bar.to = Some(t);
            bar.cpu = event.cpu;
            bar.sleeps = event.sleeps;
            bar.put_off = event.put_off;
        }
    };
    let begin = |lane: &mut Lane| {
        let thread = event.thread.unwrap_or_default();
        lane.bars.push(Bar {
            from: t,
            to: None,
            cpu: None,
            sleeps: None,
            put_off: None,
            thread,
        });
    };
    match event.what.as_str() {
        "poll" => {
            lane.polls += 1;
            begin(lane);
        }
        "begin" => begin(lane),
        "pending" => close(lane),
        "many" => lane.polls = lane.polls.max(event.polls.unwrap_or_default()),
        "wake" => lane.wakes.push(t),
        "waits" => match (event.wait, &event.what_for) {
            // They are numbered as they begin.
            (Some(number), Some(what)) if number == lane.waits.len() => {
                lane.waits.push(NamedWait {
                    what: printed::as_it_stands(what),
                    from: t,
                    to: t,
                    end: WaitEnd::Open,
                });
            }
            _ => lane.more_waits = true,
        },
        "got" | "gave up" => {
            if let Some(wait) = event.wait.and_then(|number| lane.waits.get_mut(number)) {
                wait.to = t;
                wait.end = match event.what.as_str() {
                    "got" => WaitEnd::Got,
                    _ => WaitEnd::GaveUp,
                };
            }
        }
        "ready" | "end" => {
            close(lane);
            lane.end = LaneEnd::Ready;
            lane.polls = lane.polls.max(event.polls.unwrap_or_default());
        }
        "panic" => {
            close(lane);
            lane.end = LaneEnd::Panicked;
        }
        "drop" => {
            lane.end = LaneEnd::Dropped;
            lane.polls = lane.polls.max(event.polls.unwrap_or_default());
        }
        // A later version of the library may say more than this tool draws.
        _ => {}
    }
}

fn thin_out<T>(items: &mut Vec<T>) {
    if items.len() > HEAD + TAIL {
        let tail = items.len() - TAIL;
        items.drain(HEAD..tail);
    }
}

fn round(seconds: f64) -> f64 {
    (seconds * 1e6).round() / 1e6
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    const EVENTS: &str = r#"{"timeline":1,"start":1000.5}
{"t":0.0,"lane":0,"event":"new","name":"tea 1"}
{"t":0.0001,"lane":0,"event":"poll","thread":0}
{"t":0.0002,"lane":0,"event":"pending","cpu":0.0001}
{"t":1.0,"lane":0,"event":"wake","thread":0}
{"t":1.0001,"lane":0,"event":"poll","thread":0}
{"t":1.0002,"lane":0,"event":"ready","cpu":0.0001}
{"t":0.1,"lane":1,"event":"new","name":"tea 2"}
{"t":0.1,"lane":1,"event":"poll","thread":1}
{"t":0.1,"lane":1,"event":"pending","cpu":0.0}
{"t":0.7,"lane":1,"event":"drop"}
{"t":0.2,"lane":2,"event":"new","name":"chop 1"}
{"t":0.2,"lane":2,"event":"poll","thread":0}
{"t":0.3,"la"#;

    fn lanes() -> Vec<Lane> {
        parse(EVENTS, 1000.4, 2.0).unwrap()
    }

    #[test]
    fn lanes_are_read_from_events() {
        let lanes = lanes();
        assert_eq!(lanes.len(), 3);
        let tea = &lanes[0];
        assert_eq!(
            (tea.name.as_str(), tea.polls, tea.end),
            ("tea 1", 2, LaneEnd::Ready)
        );
        assert_eq!(tea.from, 0.1);
        assert_eq!(tea.to, 1.1002);
        assert_eq!(tea.wakes, [1.1]);
        assert_eq!(lanes[1].end, LaneEnd::Dropped);
        assert_eq!(lanes[1].to, 0.8);
    }

    #[test]
    fn a_wake_tells_who_woke() {
        let text = "{\"timeline\":1,\"start\":0}\n\
                    {\"t\":0.1,\"lane\":0,\"event\":\"new\",\"name\":\"kettle\"}\n\
                    {\"t\":0.1,\"lane\":2,\"event\":\"new\",\"name\":\"tea\"}\n\
                    {\"t\":0.2,\"lane\":2,\"event\":\"wake\",\"thread\":0}\n\
                    {\"t\":0.3,\"lane\":2,\"event\":\"wake\",\"thread\":0,\"by\":0}\n\
                    {\"t\":0.4,\"lane\":0,\"event\":\"wake\",\"thread\":0,\"by\":9}\n";
        let lanes = parse(text, 0.0, 1.0).unwrap();
        let by: Vec<_> = lanes
            .iter()
            .map(|it| (it.name.as_str(), it.woken_by.as_deref()))
            .collect();
        assert_eq!(by, [("kettle", None), ("tea", Some("kettle"))]);
    }

    const WAITS: &str = r#"{"timeline":1,"start":0}
{"t":0.0,"lane":0,"event":"new","name":"tea 1"}
{"t":0.0,"lane":0,"event":"poll","thread":0}
{"t":0.1,"lane":0,"event":"waits","wait":0,"for":"a place"}
{"t":0.1,"lane":0,"event":"waits","wait":1,"for":"a tray"}
{"t":0.1,"lane":0,"event":"pending"}
{"t":0.3,"lane":0,"event":"poll","thread":0}
{"t":0.3,"lane":0,"event":"got","wait":0}
{"t":0.4,"lane":0,"event":"pending"}
{"t":0.6,"lane":0,"event":"waits","wait":2,"for":"a place"}
{"t":0.7,"lane":0,"event":"drop"}
{"t":0.8,"lane":0,"event":"gave up","wait":1}
{"t":0.9,"lane":0,"event":"wake","thread":0}
{"t":0.2,"lane":1,"event":"new","name":"tea 2"}
{"t":0.2,"lane":1,"event":"waits","wait":0,"for":"a place"}
"#;

    #[test]
    fn waits_are_read_from_events_and_end_with_their_lane() {
        let lanes = parse(WAITS, 0.0, 2.0).unwrap();
        let wait = |what: &str, from, to, end| NamedWait {
            what: what.to_owned(),
            from,
            to,
            end,
        };
        let waits = [
            wait("a place", 0.1, 0.3, WaitEnd::Got),
            wait("a tray", 0.1, 0.7, WaitEnd::GaveUp),
            wait("a place", 0.6, 0.7, WaitEnd::Open),
        ];
        assert_eq!(lanes[0].waits, waits);
        assert_eq!(
            lanes[0].to, 0.7,
            "what comes later does not make it live longer"
        );
        assert_eq!(lanes[1].waits, [wait("a place", 0.2, 2.0, WaitEnd::Open)]);
    }

    #[test]
    fn waits_at_the_same_time_count_once() {
        let lane = &parse(WAITS, 0.0, 2.0).unwrap()[0];
        let waited = |what| (lane.waited(what).unwrap() * 1e6_f64).round() / 1e6;
        assert_eq!(waited(None), 0.6);
        assert_eq!(waited(Some("a place")), 0.3);
        assert_eq!(waited(Some("a cup")), 0.0);
    }

    #[test]
    fn of_more_waits_than_are_written_nobody_knows_the_time() {
        let more = WAITS.to_owned() + "{\"t\":1.0,\"lane\":1,\"event\":\"waits\"}\n";
        let lanes = parse(&more, 0.0, 2.0).unwrap();
        assert_eq!(lanes[1].waited(None), None);
        assert_eq!(lanes[1].waits.len(), 1);
        assert!(lanes[0].waited(None).is_some());
    }

    #[test]
    fn a_lane_that_was_recorded_before_there_were_waits_has_none() {
        let old = r#"{"name":"tea","from":0.0,"to":1.0,"end":"ready","polls":0,"bars":[]}"#;
        let lane: Lane = serde_json::from_str(old).unwrap();
        assert_eq!(lane.waited(None), Some(0.0));
        let again = serde_json::to_string(&lane).unwrap();
        assert_eq!(again, old, "and it is written as it was");
    }

    #[test]
    fn a_killed_run_leaves_its_poll_open() {
        let chop = &lanes()[2];
        assert_eq!(chop.end, LaneEnd::Open);
        assert_eq!(chop.to, 2.0);
        assert_eq!(chop.bars[0].to, None);
        for open in [Activity::Asleep, Activity::Computing] {
            assert_eq!(chop.bars[0].activity(open), open);
        }
    }

    #[test]
    fn a_sleeping_poll_and_a_computing_one_differ() {
        let bar = |cpu| Bar {
            from: 0.0,
            to: Some(1.0),
            cpu: Some(cpu),
            sleeps: None,
            put_off: None,
            thread: 0,
        };
        let activity = |bar: &Bar| bar.activity(Activity::Asleep);
        assert_eq!(activity(&bar(0.001)), Activity::Asleep);
        assert_eq!(activity(&bar(0.4)), Activity::Computing);
        let short = Bar {
            to: Some(0.001),
            ..bar(0.0)
        };
        assert_eq!(activity(&short), Activity::Computing);
        let switched = |sleeps| Bar {
            sleeps: Some(sleeps),
            put_off: Some(9),
            ..bar(0.05)
        };
        assert_eq!(activity(&switched(1)), Activity::Asleep);
        assert_eq!(activity(&switched(0)), Activity::Computing);
    }

    #[test]
    fn a_lane_that_others_kept_off_its_core_is_found() {
        let text = |cpu: f64, sleeps: u64| {
            format!(
                "{{\"timeline\":1,\"start\":0}}\n\
                 {{\"t\":0.1,\"lane\":0,\"event\":\"new\",\"name\":\"chop\"}}\n\
                 {{\"t\":0.1,\"lane\":0,\"event\":\"begin\",\"thread\":0}}\n\
                 {{\"t\":1.1,\"lane\":0,\"event\":\"end\",\"cpu\":{cpu},\"sleeps\":{sleeps},\"put_off\":3}}\n"
            )
        };
        let found_in = |wall, cpu, sleeps, all| {
            let lanes = parse(&text(cpu, sleeps), 0.0, 2.0).unwrap();
            kept_off_by_others(&lanes, all, wall).map(|(lane, off, of)| {
                let rounded = |it: f64| (it * 10.0).round() / 10.0;
                (lane.name.clone(), rounded(off), rounded(of))
            })
        };
        let found = |cpu, sleeps, all| found_in(2.0, cpu, sleeps, all);
        assert_eq!(found(0.5, 0, 0.6), Some(("chop".to_owned(), 0.5, 1.0)));
        assert_eq!(found_in(30.0, 0.5, 0, 0.6), None, "too short to be seen");
        assert_eq!(found(0.9, 0, 0.9), None, "for too short a time");
        assert_eq!(found(0.5, 1, 0.6), None, "it may have slept");
        assert_eq!(found(0.5, 0, 1.2), None, "it may be its own threads");
    }

    #[test]
    fn a_run_that_goes_on_is_drawn_up_to_now() {
        let mut lanes = lanes();
        assert!(close_open(&mut lanes, 1.9, Activity::Computing));
        let bar = &lanes[2].bars[0];
        assert_eq!(bar.to, Some(1.9));
        assert_eq!(bar.activity(Activity::Asleep), Activity::Computing);
        assert!(
            !close_open(&mut lanes, 2.0, Activity::Computing),
            "nothing is open any more"
        );
    }

    #[test]
    fn overlap_is_the_time_that_both_were_under_way() {
        let lanes = lanes();
        assert!((overlap(&lanes[0], &lanes[1]) - 0.6).abs() < 1e-9);
        assert_eq!(overlap(&lanes[0], &lanes[1]), overlap(&lanes[1], &lanes[0]));
    }

    #[test]
    fn what_is_no_event_is_told_with_its_line() {
        let broken = EVENTS.replace("\"lane\":1,\"event\":\"new\"", "\"lane\":1,\"event\":7");
        assert!(parse(&broken, 0.0, 1.0).unwrap_err().contains("line 8"));
        let other = EVENTS.replace("\"timeline\":1", "\"timeline\":2");
        assert!(parse(&other, 0.0, 1.0).unwrap_err().contains("version 2"));
        assert_eq!(parse("", 0.0, 1.0).unwrap(), []);
    }

    #[test]
    fn a_lane_of_many_polls_keeps_its_head_and_tail() {
        let mut text = String::from("{\"timeline\":1,\"start\":0}\n");
        text.push_str("{\"t\":0,\"lane\":0,\"event\":\"new\",\"name\":\"busy\"}\n");
        for n in 0..500 {
            let t = f64::from(n) / 1000.0;
            text.push_str(&format!(
                "{{\"t\":{t},\"lane\":0,\"event\":\"poll\",\"thread\":0}}\n"
            ));
            text.push_str(&format!("{{\"t\":{t},\"lane\":0,\"event\":\"pending\"}}\n"));
        }
        text.push_str("{\"t\":0.6,\"lane\":0,\"event\":\"many\",\"polls\":123456}\n");
        let lanes = parse(&text, 0.0, 1.0).unwrap();
        assert_eq!(lanes[0].polls, 123_456);
        assert_eq!(lanes[0].bars.len(), HEAD + TAIL);
        assert_eq!(lanes[0].bars.last().unwrap().from, 0.499);
    }

    proptest::proptest! {
        #![proptest_config(crate::model::mutation::config())]
        #[test]
        fn no_damage_makes_it_panic(text in crate::model::mutation::damaged(
            &["{\"timeline\":1,\"start\":100.0}\n\
               {\"t\":0.1,\"lane\":0,\"event\":\"new\",\"name\":\"tea 1\"}\n\
               {\"t\":0.2,\"lane\":0,\"event\":\"poll\",\"thread\":1}\n\
               {\"t\":0.3,\"lane\":0,\"event\":\"pending\",\"cpu\":0.01}\n\
               {\"t\":0.4,\"lane\":0,\"event\":\"wake\"}\n\
               {\"t\":0.4,\"lane\":0,\"event\":\"waits\",\"wait\":0,\"for\":\"a place\"}\n\
               {\"t\":0.5,\"lane\":0,\"event\":\"gave up\",\"wait\":0}\n\
               {\"t\":0.5,\"lane\":1,\"event\":\"begin\",\"name\":\"chop\",\"thread\":2}\n\
               {\"t\":0.6,\"lane\":0,\"event\":\"ready\",\"polls\":9}\n"],
            &["\n", "\"lane\":", "\"t\":", "\"polls\":", "\"event\":\"drop\"", "\"many\"", "{", "}", ","],
        )) {
            if let Ok(mut lanes) = parse(&text, 100.0, 1.0) {
                close_open(&mut lanes, 1.0, Activity::Asleep);
                for lane in &lanes {
                    assert!(lane.from.is_finite() && lane.to.is_finite(), "{lane:?}");
                    assert!(overlap(lane, &lanes[0]) >= 0.0);
                    assert!(lane.waited(None).is_none_or(|it| it >= 0.0 && it.is_finite()), "{lane:?}");
                    assert!(lane.bars.iter().all(|bar| bar.length(1.0).is_finite()));
                }
            }
        }
    }
}
