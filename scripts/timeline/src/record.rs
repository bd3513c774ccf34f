//! What is written of one lane: at first every poll and wake, and when there are many, how many.

use std::cell::Cell;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::sync::{Arc, Mutex, Weak};

use crate::file::{TIMELINE, Timeline, cpu_time, json, switches};
use crate::lane::LaneWaker;

/// A picture has no room for more lanes, and a disk has none for a million.
const LANES: u32 = 1000;
/// So many polls of a lane are written, and so many wakes. A later poll is written
const HEAD: u64 = 256;
/// if none was for so long, in seconds,
const QUIET: f64 = 0.1;
/// if it takes so long, in seconds, or if it is the last.
const LONG: f64 = 0.01;
/// So many waits of a lane are written.
const WAITS: u32 = 256;

thread_local! {
    /// The lane that this thread polls or runs: of one within another, the inner one.
    static NOW: Cell<Option<u32>> = const { Cell::new(None) };
}

/// How many waits of each lane have begun. They stand here, and not in the lane's record, as nobody but this thread
/// knows the lane in which a wait begins, and it does so by number.
static BEGUN: [AtomicU32; LANES as usize] = [const { AtomicU32::new(0) }; LANES as usize];

/// A wait begins in the lane that this thread polls or runs: which lane, and which of its waits. None where there is no
/// lane.
pub(crate) fn wait_begins(timeline: &Timeline, name: &str) -> Option<(u32, u32)> {
    let lane = NOW.get()?;
    let t = timeline.now();
    let number = BEGUN[lane as usize].fetch_add(1, Relaxed);
    if number < WAITS {
        let name = json(name);
        let event = format!(r#""lane":{lane},"event":"waits","wait":{number},"for":{name}"#);
        timeline.write(t, &event);
    } else if number == WAITS {
        timeline.write(t, &format!(r#""lane":{lane},"event":"waits""#));
    }
    Some((lane, number))
}

/// It ends, by `got` or `gave up`.
pub(crate) fn wait_ends(timeline: &Timeline, lane: u32, number: u32, how: &str) {
    if number < WAITS {
        let event = format!(r#""lane":{lane},"event":"{how}","wait":{number}"#);
        timeline.write(timeline.now(), &event);
    }
}

/// A lane that is drawn.
#[derive(Debug)]
pub struct Record {
    timeline: &'static Timeline,
    lane: u32,
    counts: Mutex<Counts>,
    /// The waker of the last poll, for as long as somebody else keeps it.
    pub(crate) waker: Mutex<Weak<LaneWaker>>,
}

#[derive(Debug, Default)]
struct Counts {
    polls: u64,
    wakes: u64,
    /// CPU seconds of all polls.
    cpu: f64,
    /// When a poll last began that was written at once.
    written: f64,
}

impl Record {
    /// A new lane. Nothing when the timeline is off: then the name is not even formatted.
    pub fn new(name: impl fmt::Display) -> Option<Arc<Self>> {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let timeline = TIMELINE.as_ref()?;
        let record = Self {
            timeline,
            lane: NEXT.fetch_add(1, Relaxed),
            counts: Mutex::default(),
            waker: Mutex::default(),
        };
        if record.lane >= LANES {
            return None;
        }
        let name = json(&name.to_string());
        record.write(timeline.now(), &format!(r#""new","name":{name}"#));
        Some(Arc::new(record))
    }

    /// Runs a poll or a span, and notes its begin and its end. From what it gives, `end` tells by which
    /// event it ends; all but `pending` are the last of a lane.
    pub(crate) fn run<T>(
        &self,
        begin: &str,
        work: impl FnOnce() -> T,
        end: impl FnOnce(&T) -> &'static str,
    ) -> T {
        let (thread, begun) = (self.timeline.thread(), self.timeline.now());
        let begin = format!(r#""{begin}","thread":{thread}"#);
        let mut counts = self.counts.lock().unwrap();
        // Written when it has ended, or not at all?
        let late = counts.polls >= HEAD && begun - counts.written < QUIET;
        if !late {
            self.write_counts(&counts, begun);
            self.write(begun, &begin);
            counts.written = begun;
        }
        drop(counts);

        let (before, cpu) = (switches(), cpu_time());
        let outer = NOW.replace(Some(self.lane));
        let result = catch_unwind(AssertUnwindSafe(work)); // a panic goes on below
        NOW.set(outer);
        let (cpu, ended) = (cpu_time() - cpu, self.timeline.now());
        let long = ended - begun >= LONG;
        // Asked for once more only where it is written: most polls are short.
        let switched = before
            .filter(|_| long)
            .and_then(|was| Some((was, switches()?)));

        let end = result.as_ref().map_or("panic", end);
        let mut counts = self.counts.lock().unwrap();
        let last = end != "pending";
        if late && last {
            self.write_counts(&counts, begun);
        }
        if late && (last || long) {
            self.write(begun, &begin);
        }
        if !late || last || long {
            let switched = switched.map(|(was, is)| {
                let (sleeps, put_off) = (is.0 - was.0, is.1 - was.1);
                format!(r#","sleeps":{sleeps},"put_off":{put_off}"#)
            });
            let switched = switched.unwrap_or_default();
            self.write(ended, &format!(r#""{end}","cpu":{cpu:.6}{switched}"#));
        }
        counts.polls += 1;
        counts.cpu += cpu;
        drop(counts);
        result.unwrap_or_else(|panic| resume_unwind(panic))
    }

    /// Notes a wake, by this thread, and by the lane that it runs.
    pub(crate) fn wake(&self) {
        let (thread, t) = (self.timeline.thread(), self.timeline.now());
        let mut counts = self.counts.lock().unwrap();
        counts.wakes += 1;
        if counts.wakes <= HEAD {
            let by = NOW.get().map(|lane| format!(r#","by":{lane}"#));
            let by = by.unwrap_or_default();
            self.write(t, &format!(r#""wake","thread":{thread}{by}"#));
        }
    }

    /// Notes that the future is dropped before it is ready.
    pub(crate) fn dropped(&self) {
        let t = self.timeline.now();
        self.write_counts(&self.counts.lock().unwrap(), t);
        self.write(t, r#""drop""#);
    }

    /// Writes how many there were, once not all are written.
    fn write_counts(&self, counts: &Counts, t: f64) {
        let (polls, wakes, cpu) = (counts.polls, counts.wakes, counts.cpu);
        if polls.max(wakes) >= HEAD {
            let counts = format!(r#""polls":{polls},"wakes":{wakes},"cpu":{cpu:.6}"#);
            self.write(t, &format!(r#""many",{counts}"#));
        }
    }

    fn write(&self, t: f64, event: &str) {
        let fields = format!(r#""lane":{},"event":{event}"#, self.lane);
        self.timeline.write(t, &fields);
    }
}
