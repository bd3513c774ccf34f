//! `block_on`, and the loop that polls what is woken, and sleeps when nothing
//! is.

use crate::outcome::{Ending, JoinError, catch};
use crate::{reactor::Reactor, time::Timers, wake::Head, wake::Id};
use slab::Slab;
use std::cell::{Cell, RefCell};
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Wake, Waker};
use std::{future::poll_fn, rc::Rc, sync::Arc, time::Duration};

/// A spawned future, that has given its output to the handle.
pub(crate) type Job = Pin<Box<dyn Future<Output = ()>>>;

// part: runtime
struct Task {
    head: Arc<Head>,
    waker: Waker,
    job: Job,
    /// Hears how it ends, if the job does not say it.
    ending: Arc<dyn Ending>,
}

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
            let tasks = self.0.tasks.take().into_iter();
            let tasks = tasks.filter_map(|(_, task)| task);
            tasks.for_each(|it| it.end(Err(JoinError::Cancelled)));
        }
        RUNNING.set(false);
    }
}

impl Task {
    /// A task's panic is its own, also when it comes while the task is dropped. If
    /// the job did not end, or not well, its handle is told.
    fn end(self, result: Result<(), JoinError>) {
        let Self { job, ending, .. } = self;
        let dropped = catch(|| drop(job));
        let tell = move || dropped.and(result).map_err(|it| ending.fail(it));
        let _ = catch(tell); // wakes, and may drop what the job brought
    }
}
// end: shutdown

impl Runtime {
    fn head(&self, place: usize) -> Arc<Head> {
        let id = (place, self.number.replace(self.number.get() + 1));
        Head::new(id, Arc::clone(&self.reactor.queue))
    }

    pub(crate) fn spawn(&self, job: Job, ending: Arc<dyn Ending>) -> Arc<Head> {
        let mut tasks = self.tasks.borrow_mut();
        let slot = tasks.vacant_entry();
        let head = self.head(slot.key());
        let waker = Waker::from(Arc::clone(&head));
        let of_task = Arc::clone(&head);
        slot.insert(Some(Task { head: of_task, waker, job, ending }));
        head
    }

    // part: poll
    fn poll(&self, id: Id) {
        let mut tasks = self.tasks.borrow_mut();
        let same = |it: &mut Task| it.head.id == id;
        let task = tasks.get_mut(id.0).and_then(|it| it.take_if(same));
        let Some(mut task) = task else { return }; // done
        drop(tasks);
        let wanted = task.head.leave_queue();
        let cx = &mut Context::from_waker(&task.waker);
        let poll = || match wanted {
            true => task.job.as_mut().poll(cx).map(Ok),
            false => Poll::Ready(Err(JoinError::Cancelled)),
        };
        match catch(poll).unwrap_or_else(|panic| Poll::Ready(Err(panic))) {
            Poll::Pending => self.tasks.borrow_mut()[id.0] = Some(task),
            Poll::Ready(result) => {
                self.tasks.borrow_mut().remove(id.0);
                task.end(result);
            }
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
