//! `sleep` and `timeout`.

use crate::{runtime, timers::Timer};
use futures::future::{Either, select};
use std::pin::{Pin, pin};
use std::task::{Context, Poll};
use std::time::Duration;

/// Is ready after this time: not before, and up to two milliseconds later if no
/// task holds the thread. On Windows the system's clock is coarser than that.
///
/// # Panics
/// When it is polled, if there is no `block_on` on that thread.
pub fn sleep(duration: Duration) -> Sleep {
    Sleep { timer: Timer::after(duration) }
}

// part: sleep
/// The future of [`sleep`]. If it is dropped outside of [`block_on`], or on
/// another thread than it was polled on, its waker stays until it is due.
///
/// [`block_on`]: crate::block_on
#[derive(Debug)]
pub struct Sleep {
    timer: Timer,
}

impl Future for Sleep {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        runtime::current(|it| it.timers.poll(&mut self.timer, cx.waker()))
            .expect("sleep needs a block_on on its thread")
    }
}

impl Drop for Sleep {
    fn drop(&mut self) {
        runtime::current(|it| it.timers.cancel(&self.timer));
    }
}
// end: sleep

// part: timeout
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
// end: timeout
