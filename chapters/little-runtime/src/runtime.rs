//! `block_on`, and the loop that polls what is woken, and sleeps when nothing
//! is.

use crate::outcome::{Ending, JoinError, catch};
use crate::wake::{Head, Id, Queue};
use crate::{reactor::Reactor, timers::Timers};
use futures::task::{ArcWake, waker_ref};
use slab::Slab;
use std::cell::{Cell, RefCell};
use std::pin::{Pin, pin};
use std::task::{Context, Poll};
use std::{future::poll_fn, rc::Rc, sync::Arc, time::Duration};

/// A spawned future, that has given its output to the handle.
pub(crate) type Job = Pin<Box<dyn Future<Output = ()>>>;

/// A place that no task has.
const NO_TASK: usize = usize::MAX;

// part: runtime
struct Task {
    head: Arc<Head>,
    job: Job,
    /// Hears how it ends, if the job does not say it.
    ending: Arc<dyn Ending>,
}

/// What a thread has that runs futures. All but the queue stays there.
pub(crate) struct Runtime {
    /// A task is elsewhere while it is polled.
    tasks: RefCell<Slab<Option<Task>>>,
    /// How many tasks there have been.
    number: Cell<u64>,
    /// How many polls, since it last looked at sockets and timers.
    polls: Cell<usize>,
    /// Its bell ends a wait of the reactor.
    queue: Arc<Queue>,
    pub(crate) reactor: Rc<Reactor>,
    pub(crate) timers: Timers,
}

thread_local! {
    static RUNTIME: Runtime = Runtime::new();
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
        let _running = Running { runtime };
        let mut future = pin!(future);
        let head = runtime.head(NO_TASK);
        let waker = waker_ref(&head);
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
impl ArcWake for Head {
    fn wake_by_ref(this: &Arc<Self>) {
        this.enqueue();
    }
}
// end: wake

// part: shutdown
struct Running<'a> {
    runtime: &'a Runtime,
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        // A task that is dropped may wake others, or spawn some.
        while !self.runtime.tasks.borrow().is_empty() {
            let tasks = self.runtime.tasks.take().into_iter();
            let tasks = tasks.filter_map(|(_, task)| task);
            tasks.for_each(|it| it.end(false, None));
        }
        RUNNING.set(false);
    }
}

impl Task {
    /// Drops it. If it is not done, or panicked by then or meanwhile, its handle is
    /// told: a task's panic is its own.
    fn end(self, done: bool, panic: Option<JoinError>) {
        let Self { job, ending, .. } = self;
        let panic = panic.or(catch(|| drop(job)).err());
        let error = panic.or((!done).then_some(JoinError::Cancelled));
        let tell = move || error.map(|it| ending.fail(it));
        let _ = catch(tell); // wakes, and may drop what the job brought
    }
}
// end: shutdown

impl Runtime {
    fn new() -> Self {
        let reactor = Reactor::new();
        let queue = Arc::new(Queue::new(reactor.bell()));
        let (tasks, number, polls) = Default::default();
        let (reactor, timers) = (Rc::new(reactor), Timers::new());
        Self { tasks, number, polls, queue, reactor, timers }
    }

    fn head(&self, place: usize) -> Arc<Head> {
        let number = self.number.replace(self.number.get() + 1);
        Head::new(Id { place, number }, Arc::clone(&self.queue))
    }

    pub(crate) fn spawn(&self, job: Job, ending: Arc<dyn Ending>) -> Arc<Head> {
        let mut tasks = self.tasks.borrow_mut();
        let slot = tasks.vacant_entry();
        let head = self.head(slot.key());
        let task = Task { head: Arc::clone(&head), job, ending };
        slot.insert(Some(task));
        head
    }

    // part: poll
    fn poll(&self, id: Id) {
        let mut tasks = self.tasks.borrow_mut();
        let same = |it: &mut Task| it.head.id == id;
        let task = tasks.get_mut(id.place).and_then(|it| it.take_if(same));
        let Some(mut task) = task else { return }; // done
        drop(tasks);
        let wanted = task.head.leave_queue();
        let waker = waker_ref(&task.head);
        let cx = &mut Context::from_waker(&waker);
        let poll = catch(|| wanted && task.job.as_mut().poll(cx).is_pending());
        if poll == Ok(true) {
            self.tasks.borrow_mut()[id.place] = Some(task);
        } else {
            self.tasks.borrow_mut().remove(id.place);
            task.end(wanted, poll.err());
        }
    }
    // end: poll

    // part: turn
    /// Takes what is woken. If nothing is, sleeps until something may be.
    fn turn(&self, woken: &mut Vec<Id>) {
        if self.queue.take(woken) {
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
        self.queue.awake(); // before anything is woken here, or it would ring
        self.reactor.wake_ready();
        self.timers.wake_due();
    }
    // end: turn
}

/// Lets other tasks have their turn.
pub async fn yield_now() {
    poll_fn(|cx| {
        cx.waker().wake_by_ref();
        Poll::Ready(())
    })
    .await;
    futures::pending!(); // says `Pending`, once
}
