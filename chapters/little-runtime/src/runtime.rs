//! `block_on`, and the loop that polls what is woken, and sleeps when nothing
//! is.

use crate::{reactor::Reactor, time::Timers, wake::Head, wake::Id};
use slab::Slab;
use std::cell::{Cell, RefCell};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Wake, Waker};
use std::{future::poll_fn, mem, rc::Rc, sync::Arc, time::Duration};

/// A spawned future, that has given its output to the handle.
pub(crate) type Job = Pin<Box<dyn Future<Output = ()>>>;

// part: runtime
/// A task: its head, a waker, and the rest of it.
type Task = (Arc<Head>, Waker, Job);

/// What a thread has that runs futures. All but the queue stays there.
#[derive(Default)]
pub(crate) struct Runtime {
    /// A task is elsewhere while it is polled.
    tasks: RefCell<Slab<Option<Task>>>,
    /// How many tasks there have been.
    number: Cell<u64>,
    /// How many polls, since it last looked at sockets and timers.
    polls: Cell<usize>,
    pub(crate) reactor: Rc<Reactor>,
    pub(crate) timers: Timers,
}

thread_local! {
    static RUNTIME: Runtime = Runtime::default();
    static RUNNING: Cell<bool> = const { Cell::new(false) };
}
// end: runtime

/// Gives `f` the runtime of this thread, while `block_on` runs here.
pub(crate) fn current<R>(f: impl FnOnce(&Runtime) -> R) -> Option<R> {
    RUNNING.get().then(|| RUNTIME.with(f))
}

// part: block_on
/// Runs the future to its end, on this thread, and beside it all that is
/// spawned. What is not done when the future is will be dropped.
///
/// # Panics
/// If the future does, if this is called from within itself, or if the system
/// has no file left to open.
pub fn block_on<F: Future>(future: F) -> F::Output {
    RUNTIME.with(|runtime| {
        assert!(!RUNNING.replace(true), "block_on within a block_on");
        let _running = Running(runtime);
        let mut future = pin!(future);
        let head = runtime.head(usize::MAX); // a place that no task has
        let waker = Waker::from(Arc::clone(&head));
        let mut cx = Context::from_waker(&waker);
        let mut woken = Vec::new();
        loop {
            runtime.turn(&mut woken);
            for id in woken.drain(..) {
                runtime.count_poll();
                if id != head.id {
                    runtime.poll(id);
                    continue;
                }
                head.leave_queue();
                if let Poll::Ready(output) = future.as_mut().poll(&mut cx) {
                    return output;
                }
            }
        }
    })
}
// end: block_on

// part: wake
impl Wake for Head {
    fn wake(self: Arc<Self>) {
        self.enqueue();
    }
}
// end: wake

// part: shutdown
struct Running<'a>(&'a Runtime);

impl Drop for Running<'_> {
    fn drop(&mut self) {
        // A task that is dropped may wake others, or spawn some.
        while !self.0.tasks.borrow().is_empty() {
            let tasks = self.0.tasks.take();
            tasks.into_iter().for_each(|it| _ = quietly(|| drop(it)));
        }
        RUNNING.set(false);
    }
}

/// A task's panic is its own, also when it comes while the task is dropped. What
/// it panicked with may panic in its turn: that is forgotten.
fn quietly<T>(f: impl FnOnce() -> T) -> Option<T> {
    catch_unwind(AssertUnwindSafe(f)).map_err(mem::forget).ok()
}
// end: shutdown

impl Runtime {
    fn head(&self, place: usize) -> Arc<Head> {
        let id = (place, self.number.replace(self.number.get() + 1));
        Head::new(id, Arc::clone(&self.reactor.queue))
    }

    pub(crate) fn spawn(&self, job: Job) -> Arc<Head> {
        let mut tasks = self.tasks.borrow_mut();
        let slot = tasks.vacant_entry();
        let head = self.head(slot.key());
        let waker = Waker::from(Arc::clone(&head));
        slot.insert(Some((Arc::clone(&head), waker, job)));
        head
    }

    // part: poll
    fn poll(&self, id: Id) {
        let mut tasks = self.tasks.borrow_mut();
        let same = |it: &mut Task| it.0.id == id;
        let task = tasks.get_mut(id.0).and_then(|it| it.take_if(same));
        let Some((head, waker, mut job)) = task else { return }; // done
        drop(tasks);
        let wanted = head.leave_queue();
        let cx = &mut Context::from_waker(&waker);
        let poll = || wanted && job.as_mut().poll(cx).is_pending();
        if quietly(poll) == Some(true) {
            self.tasks.borrow_mut()[id.0] = Some((head, waker, job));
        } else {
            self.tasks.borrow_mut().remove(id.0);
            quietly(|| drop(job));
        }
    }
    // end: poll

    // part: turn
    /// Takes what is woken. If nothing is, sleeps until something may be.
    fn turn(&self, woken: &mut Vec<Id>) {
        if self.reactor.queue.take(woken) {
            self.look(self.timers.left());
        }
    }

    /// Before each poll: looks once in 61, which is Tokio's number, too.
    fn count_poll(&self) {
        if self.polls.get() == 61 {
            self.look(Some(Duration::ZERO));
        }
        self.polls.set(self.polls.get() + 1);
    }

    /// Waits so long, or for ever, and lets sockets and timers wake who can go on.
    fn look(&self, time: Option<Duration>) {
        self.polls.set(0);
        self.reactor.wait(time);
        self.timers.wake_due();
    }
    // end: turn
}

/// Lets other tasks have their turn.
pub async fn yield_now() {
    let waker = poll_fn(|cx| Poll::Ready(cx.waker().clone())).await;
    waker.wake();
    futures::pending!(); // says `Pending`, once
}
