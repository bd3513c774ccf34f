//! A wait with a name, inside of a lane: for a place, a permit, a message.

use std::pin::Pin;
use std::task::{Context, Poll};

use pin_project_lite::pin_project;

use crate::file::{TIMELINE, Timeline};
use crate::record;

pin_project! {
    /// A future for which its lane waits, and says what for.
    #[derive(Debug)]
    #[must_use = "futures do nothing unless you `.await` or poll them"]
    pub struct Waits<F> {
        // Nothing when the timeline is off, and when the future is over. It stands before the future, so that its
        // end is noted before whatever the drop of the future sets going.
        wait: Option<Box<Wait>>,
        #[pin]
        future: F,
    }
}

impl<F> Waits<F> {
    pub(crate) fn new(name: impl std::fmt::Display, future: F) -> Self {
        let wait = TIMELINE.as_ref().map(|timeline| {
            let name = name.to_string();
            let begun = None;
            Box::new(Wait {
                timeline,
                name,
                begun,
            })
        });
        Self { wait, future }
    }
}

impl<F: Future> Future for Waits<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        // Taken out, and put back if the future is pending. By a panic it is dropped, and so is given up.
        let Some(mut wait) = this.wait.take() else {
            return this.future.poll(cx);
        };
        let poll = this.future.poll(cx);
        if poll.is_ready() {
            wait.ends("got");
        } else {
            wait.begins();
            *this.wait = Some(wait);
        }
        poll
    }
}

#[derive(Debug)]
struct Wait {
    timeline: &'static Timeline,
    name: String,
    /// The lane that waits, and which of its waits this is: once it has begun.
    begun: Option<(u32, u32)>,
}

impl Wait {
    /// It begins once, in the lane that polls it first. In no lane it does not.
    fn begins(&mut self) {
        if self.begun.is_none() {
            self.begun = record::wait_begins(self.timeline, &self.name);
        }
    }

    fn ends(&mut self, how: &str) {
        if let Some((lane, number)) = self.begun.take() {
            record::wait_ends(self.timeline, lane, number, how);
        }
    }
}

impl Drop for Wait {
    fn drop(&mut self) {
        self.ends("gave up");
    }
}
