//! With this library a program draws its own timeline: what its futures and threads do, and when.
//!
//! One line puts something in a lane:
//!
//! ```ignore
//! #[timeline::lane("tea {n}")]     // each call of this function
//! async fn tea(n: u32) {}
//!
//! #[timeline::lane("chop {n}")]    // not async: each call is a span of its thread
//! fn chop(n: u32) {}
//!
//! tea(1).lane("tea 1").await;      // any future, with `use timeline::LaneExt;`
//! timeline::span("chop 1", || {}); // any plain code
//! ```
//!
//! And one says what a lane waits for, while it does:
//!
//! ```ignore
//! places.acquire().waits_for("a place").await; // any future, with `use timeline::LaneExt;`
//! ```
//!
//! It is noted in the lane that polls it, of lanes within one another in the innermost; without a lane, it is not.
//!
//! The environment variable `WORKBOOK_TIMELINE` names the file that the lanes are written to, and a program
//! panics if it cannot be opened. Where the variable is not set, a lane does nothing: it formats no name,
//! costs next to nothing a poll, and makes a future larger by a pointer, which is 8 bytes, and what its
//! alignment asks for. `examples/cost.rs` measures it.
//!
//! To see how a lane works, begin with `lane.rs`: a future around a future. `record.rs` says what is written
//! of it, `wait.rs` has the waits, and `file.rs` the file, the clocks, and the numbers of threads.
//!
//! # The file
//!
//! The file is opened when the first lane begins, for appending. It is of one process: start others without
//! the variable. Each line is a JSON object, written at once and whole, though the last may be cut short
//! where a run was killed. Where one cannot be written, as on a full disk, the program goes on and the file is
//! removed. The first is
//!
//! ```json
//! {"timeline":1,"start":1795250291.405296}
//! ```
//!
//! with the version of the format, and when it starts: seconds since 1970, UTC. Each other line is an event
//! of a lane, at `t` seconds after that:
//!
//! ```json
//! {"t":0.000020,"lane":0,"event":"new","name":"tea 1"}
//! {"t":0.000061,"lane":0,"event":"poll","thread":0}
//! {"t":0.000072,"lane":0,"event":"pending","cpu":0.000009}
//! {"t":1.001204,"lane":0,"event":"wake","thread":1}
//! {"t":1.001260,"lane":0,"event":"poll","thread":0}
//! {"t":1.001277,"lane":0,"event":"ready","cpu":0.000015}
//! ```
//!
//! Lanes are numbered from 0 as they are made, threads as they are first seen. Seconds have six decimals.
//! Lines come almost in the order of their times: sort them by `t`, stably, as those with the same `t` are
//! in the right order.
//!
//! | `event` | |
//! |---|---|
//! | `new` | a lane with this `name`: a future is made, not yet polled, or a span is about to begin |
//! | `poll` | a poll begins, by this `thread` |
//! | `pending` | it ends, and the future is not ready |
//! | `ready` | it ends, and the future is. Its drop, later, is not an event |
//! | `panic` | it ends, or a span does, by a panic. Its drop is not an event either |
//! | `wake` | a wake by this `thread`, through the waker that the lane passes down: also later than its end. Where the thread polled or ran a lane just then, it is `by` that one; a timer's and a socket's wakes are by none |
//! | `drop` | the future is dropped before it is ready |
//! | `begin` | a span begins, on this `thread` |
//! | `end` | it ends |
//! | `waits` | a wait begins: the future inside of it is pending for the first time. It is `for` something, and is the lane's `wait` of that number, from 0 on |
//! | `got` | that `wait` ends: the future is ready |
//! | `gave up` | that `wait` ends: the future is dropped before it is ready, or panics. Where its lane is dropped with it, this comes after `drop` |
//! | `many` | how many `polls` have ended and how many `wakes` have come until now, written or not |
//!
//! `pending`, `ready`, `panic` and `end` have `cpu`: the seconds of CPU time that the thread used from begin
//! to end. So has `many`, for all polls until now. There is no `cpu` where the system does not tell it, on
//! Windows. On Linux, after 0.01 s or more, they also have `sleeps` and `put_off`: how often the thread left its core
//! in between, of itself, to sleep or to wait for a lock, and because another thread got it. A poll or span without
//! an end was open when the run ended.
//!
//! A lane with many polls or wakes does not write them all:
//!
//! - The first 256 polls and the first 256 wakes are written.
//! - A later poll is written if none has begun so in the last 0.1 s. It is also written, but only when it
//!   has ended, with its proper times, if it took 0.01 s or more, or ended by `ready` or `panic`.
//! - From the 256th poll or wake on, a `many` comes before a `poll`, but not before one that is written for
//!   its length, and before `drop`. So the polls of a lane are those of its last `many`, and the `poll` lines
//!   after it: all of them if the lane has come to its end, and otherwise but for the last 0.1 s or so.
//!
//! The first 256 waits of a lane are written. For the next there is one more `waits`, without `wait` and `for`: others may
//! be missing from there on.
//!
//! The first 1000 lanes are written. If the last of them, lane 999, is there, others may be missing.

mod file;
mod lane;
mod record;
mod wait;

use std::fmt::Display;

pub use lane::{Lane, LaneExt};
#[doc(hidden)]
pub use record::Record;
pub use timeline_macros::lane;
pub use wait::Waits;

/// Runs plain code as a span of this thread, in a new lane of this name.
///
/// The name is formatted only when the timeline is on.
pub fn span<T>(name: impl Display, work: impl FnOnce() -> T) -> T {
    match Record::new(name) {
        None => work(),
        Some(record) => record.run("begin", work, |_| "end"),
    }
}
