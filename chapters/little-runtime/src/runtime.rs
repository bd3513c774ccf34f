//! `block_on`, and the loop that polls what is woken, and sleeps when nothing
//! is.

use crate::outcome::{JoinError, catch};
use crate::tasks::{Job, Tasks};
use crate::wake::{Head, Id, Queue};
use crate::{reactor::Reactor, room::ROOM, timers::Timers};
use futures::task::{ArcWake, waker_ref};
use std::cell::{Cell, OnceCell, RefCell};
use std::pin::pin;
use std::task::{Context, Poll};
use std::{future::poll_fn, mem, ptr, rc::Rc, sync::Arc, time::Duration};

// part: runtime
/// What a thread has that runs futures. All but the queue stays there.
pub(crate) struct Runtime {
    tasks: RefCell<Tasks>,
    /// How many polls, since it last looked at sockets and timers.
    polls: Cell<usize>,
    /// Whom other threads wake. Its bell ends a wait of the reactor.
    queue: Arc<Queue>,
    /// What was in the queue.
    queued: RefCell<Vec<Id>>,
    /// Whether `block_on` runs here.
    running: Cell<bool>,
    pub(crate) reactor: Rc<Reactor>,
    pub(crate) timers: Timers,
}

thread_local! {
    static RUNTIME: OnceCell<Runtime> = const { OnceCell::new() };
}
// end: runtime

/// Gives `f` the runtime of this thread, while `block_on` runs here.
pub(crate) fn current<R>(f: impl FnOnce(&Runtime) -> R) -> Option<R> {
    let f = |it: &Runtime| it.running.get().then(|| f(it));
    RUNTIME.try_with(|it| it.get().and_then(f)).ok()?
}

// part: block_on
/// Runs the future to its end, on this thread, and beside it all that is
/// spawned. What is not done when the future is will be dropped. The future has
/// no privilege: when it is woken, it waits for its turn as a task does.
///
/// # Panics
/// If the future does, if this is called from within itself, or if the system
/// has no file left to open.
pub fn block_on<F: Future>(future: F) -> F::Output {
    RUNTIME.with(|runtime| {
        let runtime = runtime.get_or_init(Runtime::new);
        let nested = runtime.running.replace(true);
        assert!(!nested, "block_on within a block_on");
        let _running = Running { runtime };
        let mut future = pin!(future);
        let head = runtime.tasks.borrow_mut().add(&runtime.queue);
        let waker = waker_ref(&head);
        let mut cx = Context::from_waker(&waker);
        let mut woken = Vec::new();
        loop {
            runtime.turn(&mut woken);
            for id in woken.drain(..) {
                runtime.count_poll();
                runtime.reactor.new_turn();
                runtime.poll(id);
                if id == head.id
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
impl ArcWake for Head {
    fn wake_by_ref(this: &Arc<Self>) {
        let wake = |it: &Runtime| {
            let here = ptr::eq(&*it.queue, &*this.queue);
            here.then(|| it.tasks.borrow_mut().wake(this.id)).is_some()
        };
        let woken = RUNTIME.try_with(|it| it.get().is_some_and(wake));
        if woken != Ok(true) {
            this.enqueue(); // it is a task of another thread
        }
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
        loop {
            let jobs = self.runtime.tasks.borrow_mut().take_all();
            if jobs.is_empty() {
                break;
            }
            jobs.into_iter().for_each(|it| end(it, false, None));
        }
        self.runtime.running.set(false);
    }
}

/// Drops it. If it is not done, or panicked by then or meanwhile, its handle is
/// told: a task's panic is its own.
fn end(mut job: Job, done: bool, panic: Option<JoinError>) {
    let panic = panic.or(catch(|| job.as_mut().drop_future()).err());
    if let Some(error) = panic.or((!done).then_some(JoinError::Cancelled)) {
        let _ = catch(|| job.fail(error)); // wakes
    }
    let _ = catch(|| drop(job)); // and with it, perhaps, its value
}
// end: shutdown

impl Runtime {
    fn new() -> Self {
        let reactor = Reactor::new();
        let queue = Arc::new(Queue::new(reactor.bell()));
        let (tasks, polls, queued, running) = Default::default();
        let (reactor, timers) = (Rc::new(reactor), Timers::new());
        Self { tasks, polls, queue, queued, running, reactor, timers }
    }

    /// `make` gives the job, and what the caller wants to have of it.
    pub(crate) fn spawn<H>(
        &self,
        make: impl FnOnce(Arc<Head>) -> (Job, H),
    ) -> H {
        let mut tasks = self.tasks.borrow_mut();
        let head = tasks.add(&self.queue);
        let id = head.id;
        let (job, handle) = make(head);
        tasks.set(id, job);
        handle
    }

    // part: poll
    fn poll(&self, id: Id) {
        let task = self.tasks.borrow_mut().take(id);
        let Some((head, mut job)) = task else { return }; // done
        let wanted = !head.is_aborted();
        let waker = waker_ref(&head);
        let cx = &mut Context::from_waker(&waker);
        let poll = catch(|| wanted && job.as_mut().poll(cx).is_pending());
        let mut tasks = self.tasks.borrow_mut();
        if poll == Ok(true) {
            tasks.put_back(head, Some(job));
        } else {
            tasks.put_back(head, None);
            drop(tasks);
            end(job, wanted, poll.err());
        }
    }
    // end: poll

    // part: turn
    /// Takes whom this thread has woken. If that is nobody, and other threads have
    /// woken nobody either, sleeps until there may be somebody.
    fn turn(&self, woken: &mut Vec<Id>) {
        self.tasks.borrow_mut().take_woken(woken);
        if woken.is_empty() && !self.hear(true) {
            self.sleep(woken);
        }
    }

    /// Nobody is woken. If no timer is due either, this is the time to give back
    /// what only a burst has needed.
    #[cold]
    fn sleep(&self, woken: &mut Vec<Id>) {
        let left = self.timers.left();
        if left != Some(Duration::ZERO) {
            woken.shrink_to(ROOM);
            self.queued.borrow_mut().shrink_to(ROOM);
            self.tasks.borrow_mut().rest();
            self.timers.rest();
        }
        self.look(left);
    }

    /// Wakes whom other threads have put into the queue. Returns whether there
    /// was anybody.
    fn hear(&self, or_sleep: bool) -> bool {
        let mut queued = self.queued.borrow_mut();
        self.queue.take(&mut queued, or_sleep);
        let (mut tasks, any) = (self.tasks.borrow_mut(), !queued.is_empty());
        queued.drain(..).for_each(|it| tasks.wake_from_queue(it));
        any
    }

    /// Before each poll: looks once in 61, which is Tokio's number, too.
    fn count_poll(&self) {
        if self.polls.get() == 61 {
            self.look(Some(Duration::ZERO));
        }
        self.polls.set(self.polls.get() + 1);
    }

    /// Waits so long, or for ever, and lets other threads, sockets and timers
    /// wake who can go on.
    fn look(&self, time: Option<Duration>) {
        self.polls.set(0);
        self.reactor.wait(time);
        self.hear(false);
        self.reactor.wake_ready();
        self.timers.wake_due();
    }
    // end: turn
}

/// Lets other tasks have their turn.
pub async fn yield_now() {
    let mut yielded = false;
    poll_fn(|cx| {
        if mem::replace(&mut yielded, true) {
            return Poll::Ready(());
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}
