//! What `Waiting` must do: an event wakes who waited for it, once, and nobody
//! else.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Wake, Waker};

use super::Waiting;
use super::Way::{Read, Write};

/// Counts how often it is woken.
#[derive(Default)]
struct Wakes(AtomicUsize);

impl Wake for Wakes {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

/// A task: its waker, and how often it was woken.
struct Task(Arc<Wakes>, Waker);

impl Task {
    fn new() -> Self {
        let wakes = Arc::new(Wakes::default());
        Self(Arc::clone(&wakes), wakes.into())
    }

    fn wakes(&self) -> usize {
        self.0.0.load(Ordering::SeqCst)
    }
}

#[exercise::test]
fn a_reader_and_a_writer_are_both_woken() {
    let (reader, writer) = (Task::new(), Task::new());
    let mut waiting = Waiting::default();
    waiting.wait(1, Read, &reader.1);
    waiting.wait(1, Write, &writer.1);
    waiting.event(1, &[Write]);
    assert_eq!(writer.wakes(), 1, "wakes of the writer, by room");
    waiting.event(1, &[Read]);
    assert_eq!(reader.wakes(), 1, "wakes of the reader, by bytes");
}

#[exercise::test]
fn one_event_may_be_for_both() {
    let (reader, writer) = (Task::new(), Task::new());
    let mut waiting = Waiting::default();
    waiting.wait(1, Write, &writer.1);
    waiting.wait(1, Read, &reader.1);
    waiting.event(1, &[Read, Write]);
    let wakes = (reader.wakes(), writer.wakes());
    assert_eq!(wakes, (1, 1), "wakes of the reader and of the writer");
}

#[exercise::test]
fn nobody_is_woken_for_what_the_other_waits_for() {
    let (reader, writer) = (Task::new(), Task::new());
    let mut waiting = Waiting::default();
    waiting.wait(1, Read, &reader.1);
    waiting.wait(1, Write, &writer.1);
    for _ in 0..3 {
        waiting.event(1, &[Write]);
    }
    let wakes = (reader.wakes(), writer.wakes());
    assert_eq!(
        wakes,
        (0, 1),
        "wakes of the reader and of the writer, by room"
    );
}

#[exercise::test]
fn the_last_waker_counts() {
    let (before, now) = (Task::new(), Task::new());
    let mut waiting = Waiting::default();
    waiting.wait(1, Read, &before.1);
    waiting.wait(1, Read, &now.1);
    waiting.event(1, &[Read]);
    let wakes = (before.wakes(), now.wakes());
    assert_eq!(wakes, (0, 1), "wakes by the first waker and by the last");
}

#[exercise::test]
fn who_asks_twice_is_woken_once() {
    let reader = Task::new();
    let mut waiting = Waiting::default();
    waiting.wait(1, Read, &reader.1);
    waiting.wait(1, Read, &reader.1);
    waiting.event(1, &[Read]);
    waiting.event(1, &[Read]);
    assert_eq!(reader.wakes(), 1, "wakes of who asked twice");
}

#[exercise::test]
fn sockets_do_not_know_each_other() {
    let (one, two) = (Task::new(), Task::new());
    let mut waiting = Waiting::default();
    waiting.wait(1, Read, &one.1);
    waiting.wait(2, Read, &two.1);
    waiting.event(2, &[Read]);
    waiting.event(3, &[Read, Write]);
    let wakes = (one.wakes(), two.wakes());
    assert_eq!(wakes, (0, 1), "wakes at sockets 1 and 2, by an event of 2");
}
