//! Timers: who is to be woken, and in which millisecond.

use crate::room::{ROOM, give_back};
use slab::Slab;
use std::cell::{Cell, RefCell};
use std::cmp::Reverse;
use std::task::{Poll, Waker};
use std::thread::{self, ThreadId};
use std::time::{Duration, Instant};
use std::{collections::BinaryHeap, iter, sync::LazyLock};

const CENTURY: Duration = Duration::from_secs(100 * 365 * 24 * 3600);

/// The time since the first call.
fn clock() -> Duration {
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    START.elapsed()
}

/// One timer. Plain numbers, so that it may be on any thread.
#[derive(Debug)]
pub(crate) struct Timer {
    /// The millisecond in which it is due, by the clock.
    tick: u64,
    /// On which thread its waker is, and where there.
    place: Option<(ThreadId, usize)>,
}

impl Timer {
    /// Due after this time: not before, and in the millisecond after that.
    pub(crate) fn after(time: Duration) -> Self {
        let due = clock() + time.min(CENTURY) + Duration::from_nanos(999_999);
        Self { tick: due.as_millis() as u64, place: None }
    }
}

// part: timers
/// The timers of one thread.
#[derive(Debug)]
pub(crate) struct Timers {
    thread: ThreadId,
    /// The millisecond of the last look at the clock. No line is as old.
    now: Cell<u64>,
    lines: RefCell<Lines>,
}

/// A line for each timer, also for some that are cancelled.
#[derive(Debug, Default)]
struct Lines {
    /// The tick of each, and the place of its waker. The first is on top.
    heap: BinaryHeap<Reverse<(u64, usize)>>,
    /// Who is cancelled has no waker. The place is free when the line is gone.
    wakers: Slab<Option<Waker>>,
    cancelled: usize,
}
// end: timers

impl Timers {
    pub(crate) fn new() -> Self {
        let (now, lines) = Default::default();
        Self { thread: thread::current().id(), now, lines }
    }

    /// Where its waker is, if it is here, and not woken yet.
    fn place(&self, timer: &Timer) -> Option<usize> {
        let (thread, place) = timer.place?;
        let here = thread == self.thread && self.now.get() < timer.tick;
        here.then_some(place)
    }

    // part: wait
    /// Ready if it is due. If not, this one is to be woken then.
    pub(crate) fn poll(&self, timer: &mut Timer, waker: &Waker) -> Poll<()> {
        if self.now.get() >= timer.tick {
            return Poll::Ready(());
        }
        let place = self.place(timer);
        if place.is_some_and(|it| self.lines.borrow().has(it, waker)) {
            return Poll::Pending;
        }
        let waker = waker.clone(); // a foreign one may set a timer meanwhile
        let mut lines = self.lines.borrow_mut();
        let place = place.unwrap_or_else(|| lines.add(timer.tick));
        let old = lines.wakers[place].replace(waker);
        timer.place = Some((self.thread, place));
        drop((lines, old)); // in this order
        Poll::Pending
    }
    // end: wait

    /// Gives the waker, to be dropped when nothing is borrowed.
    pub(crate) fn cancel(&self, timer: &Timer) -> Option<Waker> {
        let place = self.place(timer)?;
        self.lines.borrow_mut().cancel(place)
    }

    // part: due
    /// The time until the first is due; `None` if there are none.
    pub(crate) fn left(&self) -> Option<Duration> {
        let tick = self.lines.borrow_mut().first()?;
        Some(Duration::from_millis(tick).saturating_sub(clock()))
    }

    /// Before a sleep, gives back what only a burst has needed.
    pub(crate) fn rest(&self) {
        let Lines { heap, wakers, .. } = &mut *self.lines.borrow_mut();
        if heap.capacity() > 4 * heap.len().max(ROOM) {
            heap.shrink_to_fit();
        }
        give_back(wakers);
    }

    /// Looks at the clock, once, and wakes all that are due.
    pub(crate) fn wake_due(&self) {
        if self.lines.borrow().heap.is_empty() {
            return;
        }
        let now = clock().as_millis() as u64;
        self.now.set(now);
        let next = || self.lines.borrow_mut().take_due(now);
        iter::from_fn(next).for_each(Waker::wake);
        // The next timer takes the place that was free last, far behind others.
        let Lines { heap, wakers, .. } = &mut *self.lines.borrow_mut();
        match heap.is_empty() {
            true => wakers.clear(),
            false => give_back(wakers),
        }
    }
    // end: due
}

impl Lines {
    fn has(&self, place: usize, waker: &Waker) -> bool {
        self.wakers[place].as_ref().is_some_and(|it| it.will_wake(waker))
    }

    fn add(&mut self, tick: u64) -> usize {
        let place = self.wakers.insert(None);
        self.heap.push(Reverse((tick, place)));
        place
    }

    // part: cancel
    fn cancel(&mut self, place: usize) -> Option<Waker> {
        let waker = self.wakers[place].take();
        self.cancelled += 1;
        if self.cancelled > self.heap.len() / 2 {
            let Self { heap, wakers, cancelled } = self;
            if wakers.capacity() < 4 * heap.len() {
                // Places that are free in order are near each other when they
                // are used again.
                heap.retain(|Reverse((_, place))| wakers[*place].is_some());
                wakers.retain(|_, it| it.is_some());
            } else {
                // After a burst, few of all places have a line.
                heap.retain(|Reverse((_, place))| {
                    wakers[*place].is_some() || wakers.remove(*place).is_some()
                });
            }
            *cancelled = 0;
        }
        waker
    }
    // end: cancel

    /// The tick of the first that is not cancelled.
    fn first(&mut self) -> Option<u64> {
        loop {
            let Reverse((tick, place)) = *self.heap.peek()?;
            if self.wakers[place].is_some() {
                return Some(tick);
            }
            self.take_first();
            self.cancelled -= 1;
        }
    }

    fn take_due(&mut self, now: u64) -> Option<Waker> {
        (self.first()? <= now).then(|| self.take_first())?
    }

    fn take_first(&mut self) -> Option<Waker> {
        let Reverse((_, place)) = self.heap.pop()?;
        self.wakers.remove(place)
    }
}
