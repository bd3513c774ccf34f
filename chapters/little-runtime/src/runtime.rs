//! `block_on`, and the loop that polls what is woken, and sleeps when nothing
//! is.

use crate::{reactor::Reactor, time::Timers, wake::Head};
use slab::Slab;
use std::cell::{Cell, RefCell};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Wake, Waker};
use std::{future::poll_fn, rc::Rc, sync::Arc, time::Duration};

/// The key of the future that `block_on` was given.
const MAIN: usize = usize::MAX;

/// A spawned future, that has given its output to the handle.
pub(crate) type Job = Pin<Box<dyn Future<Output = ()>>>;

// part: runtime
/// What a thread has that runs futures. All but the queue stays there.
#[derive(Default)]
pub(crate) struct Runtime {
    /// A task is elsewhere while it is polled.
    tasks: RefCell<Slab<Option<Task>>>,
    pub(crate) reactor: Rc<Reactor>,
    pub(crate) timers: Timers,
}

struct Task {
    head: Arc<Head>,
    waker: Waker,
    job: Job,
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
    assert!(!RUNNING.replace(true), "block_on within a block_on");
    let _running = Running;
    let mut future = pin!(future);
    RUNTIME.with(|runtime| {
        let head = Head::new(MAIN, Arc::clone(&runtime.reactor.queue));
        let waker = Waker::from(Arc::clone(&head));
        let mut cx = Context::from_waker(&waker);
        let mut woken = Vec::new();
        loop {
            runtime.turn(&mut woken);
            for key in woken.drain(..) {
                if key != MAIN {
                    runtime.poll(key);
                } else if head.leave_queue()
                    && let Poll::Ready(output) = future.as_mut().poll(&mut cx)
                {
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
struct Running;

impl Drop for Running {
    fn drop(&mut self) {
        RUNTIME.with(|runtime| {
            // A task that is dropped may wake others, or spawn some.
            while !runtime.tasks.borrow().is_empty() {
                let tasks = runtime.tasks.take();
                tasks.into_iter().for_each(|it| _ = quietly(|| drop(it)));
            }
        });
        RUNNING.set(false);
    }
}

/// A task's panic is its own, also when it comes while the task is dropped.
fn quietly<T>(f: impl FnOnce() -> T) -> Option<T> {
    catch_unwind(AssertUnwindSafe(f)).ok()
}
// end: shutdown

impl Runtime {
    pub(crate) fn spawn(&self, job: Job) -> Arc<Head> {
        let mut tasks = self.tasks.borrow_mut();
        let slot = tasks.vacant_entry();
        let head = Head::new(slot.key(), Arc::clone(&self.reactor.queue));
        let waker = Waker::from(Arc::clone(&head));
        slot.insert(Some(Task { head: Arc::clone(&head), waker, job }));
        head
    }

    // part: poll
    fn poll(&self, key: usize) {
        let mut tasks = self.tasks.borrow_mut();
        // A task that is done may be woken still, and its slot be another's.
        let woken = |it: &mut Task| it.head.leave_queue();
        let task = tasks.get_mut(key).and_then(|it| it.take_if(woken));
        let Some(Task { head, waker, mut job }) = task else { return };
        drop(tasks);
        let cx = &mut Context::from_waker(&waker);
        let poll = || !head.is_aborted() && job.as_mut().poll(cx).is_pending();
        if quietly(poll) == Some(true) {
            self.tasks.borrow_mut()[key] = Some(Task { head, waker, job });
        } else {
            self.tasks.borrow_mut().remove(key);
            quietly(|| drop(job));
        }
    }
    // end: poll

    // part: turn
    /// Takes what is woken, and lets sockets and timers wake more. If nothing is
    /// woken, sleeps until something may be.
    fn turn(&self, woken: &mut Vec<usize>) {
        let asleep = self.reactor.queue.take(woken);
        let zero = Some(Duration::ZERO);
        let time = if asleep { self.timers.left() } else { zero };
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
