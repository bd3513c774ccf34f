//! `sleep`, `timeout`, and the timers behind them: who is to be woken, and in
//! which millisecond.

use crate::runtime;
use futures::future::{Either, select};
use slab::Slab;
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};
use std::thread::{self, ThreadId};
use std::time::{Duration, Instant};

const CENTURY: Duration = Duration::from_secs(100 * 365 * 24 * 3600);

/// Is ready after this time: not before, and about a millisecond later.
pub fn sleep(duration: Duration) -> Sleep {
    let deadline = Instant::now() + duration.min(CENTURY);
    Sleep { deadline, entry: None }
}

/// The future of [`sleep`].
#[derive(Debug)]
pub struct Sleep {
    deadline: Instant,
    entry: Option<Entry>,
}

/// Where the waker is. Plain numbers, so that a `Sleep` may be anywhere.
#[derive(Debug)]
struct Entry {
    thread: ThreadId,
    tick: u64,
    key: usize,
}

impl Future for Sleep {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        runtime::current(|it| it.timers.poll(&mut self, cx.waker()))
            .expect("sleep needs a block_on on its thread")
    }
}

impl Drop for Sleep {
    fn drop(&mut self) {
        if let Some(entry) = self.entry.take() {
            runtime::current(|it| it.timers.cancel(&entry));
        }
    }
}

// part: timers
/// The timers of one thread.
pub(crate) struct Timers {
    thread: ThreadId,
    start: Instant,
    /// Milliseconds from the start to the last look at the clock.
    now: Cell<u64>,
    due: RefCell<BTreeMap<u64, Slab<Waker>>>,
}
// end: timers

impl Timers {
    pub(crate) fn new() -> Self {
        let (thread, start) = (thread::current().id(), Instant::now());
        Self { thread, start, now: Cell::new(0), due: RefCell::default() }
    }

    // part: poll
    fn poll(&self, sleep: &mut Sleep, waker: &Waker) -> Poll<()> {
        let stale = sleep.entry.take().map(|it| self.cancel(&it));
        let tick = self.ticks(sleep.deadline, 999_999);
        if self.now.get() >= tick {
            return Poll::Ready(());
        }
        let new = waker.clone();
        let key = self.due.borrow_mut().entry(tick).or_default().insert(new);
        sleep.entry = Some(Entry { thread: self.thread, tick, key });
        drop(stale);
        Poll::Pending
    }
    // end: poll

    // part: cancel
    fn cancel(&self, entry: &Entry) -> Option<Waker> {
        if entry.thread != self.thread {
            return None;
        }
        let mut due = self.due.borrow_mut();
        let wakers = due.get_mut(&entry.tick)?;
        let waker = wakers.try_remove(entry.key);
        if wakers.is_empty() {
            due.remove(&entry.tick);
        }
        waker // to be dropped when nothing is borrowed
    }
    // end: cancel

    /// Milliseconds from the start to this moment.
    fn ticks(&self, moment: Instant, round_up: u32) -> u64 {
        let passed = moment.saturating_duration_since(self.start);
        let millis = (passed.subsec_nanos() + round_up) / 1_000_000;
        passed.as_secs() * 1000 + u64::from(millis)
    }

    // part: due
    /// The time until the first is due; `None` if there are none.
    pub(crate) fn left(&self) -> Option<Duration> {
        let tick = *self.due.borrow().first_key_value()?.0;
        let due = self.start + Duration::from_millis(tick);
        Some(due.saturating_duration_since(Instant::now()))
    }

    /// Looks at the clock, once, and wakes all that are due.
    pub(crate) fn wake_due(&self) {
        if self.due.borrow().is_empty() {
            return;
        }
        self.now.set(self.ticks(Instant::now(), 0));
        while let Some(wakers) = self.pop_due() {
            wakers.into_iter().for_each(|(_, waker)| waker.wake());
        }
    }

    fn pop_due(&self) -> Option<Slab<Waker>> {
        let mut due = self.due.borrow_mut();
        let first = due.first_entry()?;
        (*first.key() <= self.now.get()).then(|| first.remove())
    }
    // end: due
}

/// Gives the future so much time; `None` if that was not enough.
pub async fn timeout<F: Future>(
    time: Duration,
    future: F,
) -> Option<F::Output> {
    match select(pin!(future), sleep(time)).await {
        Either::Left((output, _)) => Some(output),
        Either::Right(_) => None,
    }
}
