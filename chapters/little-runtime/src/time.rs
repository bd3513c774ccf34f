//! `sleep`, `timeout`, and the timers behind them: who is to be woken, and in
//! which millisecond.

use crate::runtime;
use futures::future::{Either, select};
use slab::Slab;
use std::cell::{Cell, RefCell};
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};
use std::thread::{self, ThreadId};
use std::time::{Duration, Instant};
use std::{collections::BTreeMap, sync::LazyLock};

const CENTURY: Duration = Duration::from_secs(100 * 365 * 24 * 3600);

/// The time since the first call.
fn clock() -> Duration {
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    START.elapsed()
}

/// Is ready after this time: not before, and up to two milliseconds later if no
/// task holds the thread. On Windows the system's clock is coarser than that.
///
/// # Panics
/// When it is polled, if there is no `block_on` on that thread.
pub fn sleep(duration: Duration) -> Sleep {
    let due = clock() + duration.min(CENTURY) + Duration::from_nanos(999_999);
    Sleep { tick: due.as_millis() as u64, entry: None }
}

/// The future of [`sleep`]. If it is dropped outside of [`block_on`], or on
/// another thread than it was polled on, its waker stays until it is due.
///
/// [`block_on`]: crate::block_on
#[derive(Debug)]
pub struct Sleep {
    /// The millisecond in which it is due, by the clock.
    tick: u64,
    /// Where its waker is. Plain numbers, so that it may be anywhere.
    entry: Option<(ThreadId, usize)>,
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
        runtime::current(|it| it.timers.cancel(self));
    }
}

// part: timers
/// The timers of one thread.
#[derive(Default)]
pub(crate) struct Timers {
    /// The millisecond of the last look at the clock.
    now: Cell<u64>,
    due: RefCell<BTreeMap<u64, Slab<Waker>>>,
}
// end: timers

impl Timers {
    // part: wait
    fn poll(&self, sleep: &mut Sleep, waker: &Waker) -> Poll<()> {
        let stale = self.cancel(sleep);
        if self.now.get() >= sleep.tick {
            return Poll::Ready(());
        }
        let waker = waker.clone(); // a foreign one may set a timer meanwhile
        let mut due = self.due.borrow_mut();
        let key = due.entry(sleep.tick).or_default().insert(waker);
        sleep.entry = Some((thread::current().id(), key));
        drop((due, stale)); // in this order
        Poll::Pending
    }
    // end: wait

    // part: cancel
    fn cancel(&self, sleep: &mut Sleep) -> Option<Waker> {
        let (thread, key) = sleep.entry.take()?;
        let here = thread == thread::current().id();
        let mut due = self.due.borrow_mut();
        let wakers = due.get_mut(&sleep.tick).filter(|_| here)?;
        let waker = wakers.try_remove(key);
        if wakers.is_empty() {
            due.remove(&sleep.tick);
        }
        waker // to be dropped when nothing is borrowed
    }
    // end: cancel

    // part: due
    /// The time until the first is due; `None` if there are none.
    pub(crate) fn left(&self) -> Option<Duration> {
        let tick = *self.due.borrow().first_key_value()?.0;
        Some(Duration::from_millis(tick).saturating_sub(clock()))
    }

    /// Looks at the clock, once, and wakes all that are due.
    pub(crate) fn wake_due(&self) {
        let now = clock().as_millis() as u64;
        self.now.set(now);
        let mut ticks = self.due.borrow_mut();
        let due: Vec<_> = ticks.extract_if(..=now, |_, _| true).collect();
        drop(ticks);
        for (_, waker) in due.into_iter().flat_map(|(_, wakers)| wakers) {
            waker.wake();
        }
    }
    // end: due
}

/// Gives the future so much time, from the first poll on; `None` if that was not
/// enough.
///
/// # Panics
/// When it is polled, if there is no `block_on` on that thread.
pub async fn timeout<F: Future>(max: Duration, future: F) -> Option<F::Output> {
    match select(pin!(future), sleep(max)).await {
        Either::Left((output, _)) => Some(output),
        Either::Right(_) => None,
    }
}
