//! The timers of the last chapter.
use std::{
    collections::BTreeMap,
    mem,
    pin::Pin,
    sync::Mutex,
    task::{Context, Poll, Waker},
    time::{Duration, Instant},
};

static TIMERS: Mutex<BTreeMap<Instant, Vec<Waker>>> =
    Mutex::new(BTreeMap::new());

/// Is ready from this moment on.
pub(crate) struct Sleep(Instant);

pub(crate) fn sleep(duration: Duration) -> Sleep {
    Sleep(Instant::now() + duration)
}

impl Future for Sleep {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        if Instant::now() >= self.0 {
            return Poll::Ready(());
        }
        let mut timers = TIMERS.lock().unwrap();
        timers.entry(self.0).or_default().push(cx.waker().clone());
        Poll::Pending
    }
}

/// Wakes all that are due. Returns how long the loop may wait: no time at all
/// if somebody was woken, and else until the next timer.
pub(crate) fn wake_due() -> Option<Duration> {
    let now = Instant::now();
    let mut timers = TIMERS.lock().unwrap();
    let later = timers.split_off(&now);
    let due = mem::replace(&mut *timers, later);
    if due.is_empty() {
        return timers.keys().next().map(|at| *at - now);
    }
    due.into_values().flatten().for_each(Waker::wake);
    Some(Duration::ZERO)
}
