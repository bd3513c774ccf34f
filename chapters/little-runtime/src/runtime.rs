//! `block_on`, `spawn`, and the loop that polls what is woken, and sleeps when
//! nothing is.

use crate::poller::Events;
use crate::reactor::Reactor;
use crate::task::JoinHandle;
use crate::time::Timers;
use crate::wake::{Head, Inbox};
use slab::Slab;
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Wake, Waker};
use std::{mem, rc::Rc, sync::Arc, time::Duration};

/// After so many polls the loop looks at other threads, sockets and timers,
/// even if more tasks are ready.
const POLLS_A_TURN: usize = 64;

/// The key of the future that `block_on` was given.
const MAIN: usize = usize::MAX;

// part: runtime
/// What a thread has that runs futures. All but the inbox stays there.
pub(crate) struct Runtime {
    ready: RefCell<VecDeque<Arc<Head>>>,
    tasks: RefCell<Slab<Task>>,
    pub(crate) timers: Timers,
    pub(crate) reactor: Rc<Reactor>,
    inbox: Arc<Inbox>,
}

struct Task {
    /// The address of its head, to know it by.
    head: *const Head,
    /// Elsewhere while it is polled.
    job: Option<Pin<Box<dyn Future<Output = ()>>>>,
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
    assert!(!RUNNING.replace(true), "block_on within a block_on");
    let _running = Running;
    let mut future = pin!(future);
    RUNTIME.with(|runtime| {
        let main = Head::new(MAIN, Arc::clone(&runtime.inbox));
        runtime.ready.borrow_mut().push_back(Arc::new(main));
        let mut events = Events::default();
        loop {
            runtime.turn(&mut events);
            for _ in 0..POLLS_A_TURN {
                let head = runtime.ready.borrow_mut().pop_front();
                let Some(head) = head else { break };
                if head.key != MAIN {
                    runtime.poll(head);
                    continue;
                }
                head.leave_queue();
                let waker = Waker::from(head);
                let mut cx = Context::from_waker(&waker);
                if let Poll::Ready(output) = future.as_mut().poll(&mut cx) {
                    return output;
                }
            }
        }
    })
}
// end: block_on

// part: shutdown
struct Running;

impl Drop for Running {
    fn drop(&mut self) {
        RUNTIME.with(|runtime| {
            // A task that is dropped may wake others, or spawn some.
            while !runtime.tasks.borrow().is_empty() {
                let tasks = mem::take(&mut *runtime.tasks.borrow_mut());
                tasks.into_iter().for_each(drop_quietly);
            }
            runtime.ready.borrow_mut().clear();
            runtime.inbox.close();
        });
        RUNNING.set(false);
    }
}

/// A task's panic is its own, also when it comes while the task is dropped.
fn drop_quietly<T>(it: T) {
    let _ = catch_unwind(AssertUnwindSafe(|| drop(it)));
}
// end: shutdown

// part: spawn
/// Runs the future as a task of its own, beside others, as long as `block_on`
/// runs.
///
/// # Panics
/// If there is no `block_on` on this thread.
#[track_caller]
pub fn spawn<F>(future: F) -> JoinHandle<F::Output>
where
    F: Future<Output: 'static> + 'static,
{
    let run = |job| current(|runtime| runtime.spawn(Box::pin(job)));
    JoinHandle::new(future, run).expect("spawn needs a block_on on its thread")
}
// end: spawn

// part: wake
impl Wake for Head {
    fn wake(self: Arc<Self>) {
        if !self.enter_queue() {
            return;
        }
        let mut head = Some(self);
        current(|it| {
            let ours =
                |head: &mut Arc<Self>| Arc::ptr_eq(&head.inbox, &it.inbox);
            it.ready.borrow_mut().extend(head.take_if(ours));
        });
        if let Some(head) = head {
            Arc::clone(&head.inbox).put(head); // it is another thread's
        }
    }
}
// end: wake

impl Runtime {
    fn new() -> Self {
        let reactor = Reactor::new().expect("failed to make a reactor");
        Self {
            ready: RefCell::default(),
            tasks: RefCell::default(),
            timers: Timers::new(),
            inbox: Arc::new(Inbox::new(Arc::clone(&reactor.poller))),
            reactor: Rc::new(reactor),
        }
    }

    fn spawn(&self, job: Pin<Box<dyn Future<Output = ()>>>) -> Arc<Head> {
        let mut tasks = self.tasks.borrow_mut();
        let slot = tasks.vacant_entry();
        let head = Arc::new(Head::new(slot.key(), Arc::clone(&self.inbox)));
        slot.insert(Task { head: Arc::as_ptr(&head), job: Some(job) });
        self.ready.borrow_mut().push_back(Arc::clone(&head));
        head
    }

    // part: poll
    fn poll(&self, head: Arc<Head>) {
        let key = head.key;
        let mut tasks = self.tasks.borrow_mut();
        // A task that is done may be woken still, and its slot be another's. As
        // long as its head is alive, that one's cannot have the same address.
        let same = |it: &&mut Task| it.head == Arc::as_ptr(&head);
        let task = tasks.get_mut(key).filter(same);
        let Some(mut job) = task.and_then(|it| it.job.take()) else { return };
        drop(tasks);
        head.leave_queue();
        let aborted = head.is_aborted();
        let waker = Waker::from(head);
        let mut cx = Context::from_waker(&waker);
        if !aborted && job.as_mut().poll(&mut cx).is_pending() {
            self.tasks.borrow_mut()[key].job = Some(job);
        } else {
            self.tasks.borrow_mut().remove(key);
            drop_quietly(job);
        }
    }
    // end: poll

    // part: turn
    /// Queues what other threads, sockets and timers have woken. If nothing is
    /// ready, sleeps until something will be.
    fn turn(&self, events: &mut Events) {
        let asleep = self.inbox.take(&mut self.ready.borrow_mut());
        let zero = Some(Duration::ZERO);
        let time = if asleep { self.timers.left() } else { zero };
        self.reactor.wait(events, time);
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
