//! The wrapper: a future around a future, with a waker around its waker.

use std::fmt::Display;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};

use pin_project_lite::pin_project;

use crate::record::Record;
use crate::wait::Waits;

pin_project! {
    /// A future in a lane of the timeline.
    #[derive(Debug)]
    #[must_use = "futures do nothing unless you `.await` or poll them"]
    pub struct Lane<F> {
        // Nothing when the timeline is off, and when the future is over.
        record: Option<Arc<Record>>,
        #[pin]
        future: F,
    }

    impl<F> PinnedDrop for Lane<F> {
        fn drop(this: Pin<&mut Self>) {
            if let Some(record) = this.project().record {
                record.dropped();
            }
        }
    }
}

impl<F: Future> Future for Lane<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        // Taken out, and put back if the future is pending. Not if it is ready, or panics.
        let Some(record) = this.record.take() else {
            return this.future.poll(cx);
        };
        let waker = waker(&record, cx.waker());
        let mut cx = Context::from_waker(&waker);
        let end = |poll: &Poll<_>| if poll.is_ready() { "ready" } else { "pending" };
        let poll = record.run("poll", || this.future.poll(&mut cx), end);
        if poll.is_pending() {
            *this.record = Some(record);
        }
        poll
    }
}

/// Our waker around the outer one. It stays the same while the outer one does: some futures ask.
///
/// The record does not keep it alive. A waker may own its task, which owns the lane, which owns the
/// record: none of them would ever be dropped.
fn waker(record: &Arc<Record>, outer: &Waker) -> Waker {
    let mut last = record.waker.lock().unwrap();
    let same = last.upgrade().filter(|ours| ours.outer.will_wake(outer));
    let ours = same.unwrap_or_else(|| {
        let (record, outer) = (record.clone(), outer.clone());
        Arc::new(LaneWaker { record, outer })
    });
    *last = Arc::downgrade(&ours);
    Waker::from(ours)
}

/// Notes a wake, and passes it on.
#[derive(Debug)]
pub(crate) struct LaneWaker {
    record: Arc<Record>,
    outer: Waker,
}

impl Wake for LaneWaker {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.record.wake();
        self.outer.wake_by_ref();
    }
}

/// Puts any future in a lane, `tea(1).lane("tea 1")`, and names what a lane waits for.
pub trait LaneExt: Future + Sized {
    /// The future, in a new lane of this name. The name is formatted only when the timeline is on.
    fn lane(self, name: impl Display) -> Lane<Self> {
        Lane::new(Record::new(name), self)
    }

    /// The future, for which the lane that polls it waits under this name: `places.acquire().waits_for("a place")`.
    /// The name is formatted only when the timeline is on.
    fn waits_for(self, name: impl Display) -> Waits<Self> {
        Waits::new(name, self)
    }
}

impl<F: Future> LaneExt for F {}

impl<F> Lane<F> {
    /// For `#[lane]`, which makes the lane before the future takes the arguments.
    #[doc(hidden)]
    pub fn new(record: Option<Arc<Record>>, future: F) -> Self {
        Self { record, future }
    }
}
