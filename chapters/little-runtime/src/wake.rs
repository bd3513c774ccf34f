//! What a waker holds, and the box into which other threads put the tasks that
//! they have woken.

use crate::sync::{Arc, AtomicBool, Bell, Mutex, Ordering};
use std::collections::VecDeque;

/// The part of a task that its wakers hold, on any thread, and past its end.
#[derive(Debug)]
pub(crate) struct Head {
    /// Where the runtime keeps the rest of the task.
    pub(crate) key: usize,
    pub(crate) inbox: Arc<Inbox>,
    queued: AtomicBool,
    aborted: AtomicBool,
}

// part: queued
impl Head {
    /// For a task that is in the queue already: a new task is a woken task.
    pub(crate) fn new(key: usize, inbox: Arc<Inbox>) -> Self {
        let (queued, aborted) = (AtomicBool::new(true), AtomicBool::new(false));
        Self { key, inbox, queued, aborted }
    }

    /// Says whether the caller has to put it into a queue. If not, it is in one,
    /// and the poll to come will see all that the caller did before.
    pub(crate) fn enter_queue(&self) -> bool {
        !self.queued.swap(true, Ordering::AcqRel)
    }

    /// To be called before a poll, not after it: a wake that comes meanwhile has
    /// to queue the task again. And it is a swap, not a store: it has to read
    /// what the last wake wrote, to see what came before that wake.
    pub(crate) fn leave_queue(&self) {
        self.queued.swap(false, Ordering::AcqRel);
    }

    /// The task is not to be polled again. It has to be woken to hear of it.
    pub(crate) fn abort(&self) {
        self.aborted.store(true, Ordering::Release);
    }

    pub(crate) fn is_aborted(&self) -> bool {
        self.aborted.load(Ordering::Acquire)
    }
}
// end: queued

/// The tasks of one thread that others have woken.
#[derive(Debug)]
pub(crate) struct Inbox {
    woken: Mutex<Woken>,
    /// Ends the sleep of the thread that is under way, or the next.
    bell: Arc<Bell>,
}

#[derive(Debug)]
struct Woken {
    tasks: Vec<Arc<Head>>,
    /// The thread has found nothing, and sleeps or is about to.
    asleep: bool,
    /// A `block_on` is under way.
    open: bool,
}

// part: inbox
impl Inbox {
    pub(crate) fn new(bell: Arc<Bell>) -> Self {
        let woken = Woken { tasks: Vec::new(), asleep: false, open: false };
        Self { woken: Mutex::new(woken), bell }
    }

    /// From any thread.
    pub(crate) fn put(&self, task: Arc<Head>) {
        let mut woken = self.woken.lock().unwrap();
        if woken.open {
            woken.tasks.push(task);
        }
        let asleep = std::mem::take(&mut woken.asleep);
        drop(woken); // or the thread would wake up to wait for the lock
        if asleep {
            self.bell.ring();
        }
    }

    /// Moves all that is here to the end of `ready`. If that is empty even so,
    /// returns that the thread may sleep: whoever puts something in from now on
    /// will ring. To look and to say so is one step, under one lock.
    pub(crate) fn take(&self, ready: &mut VecDeque<Arc<Head>>) -> bool {
        let mut woken = self.woken.lock().unwrap();
        woken.open = true;
        ready.extend(woken.tasks.drain(..));
        woken.asleep = ready.is_empty();
        woken.asleep
    }

    /// Without this, a task in here would for ever hold the box that holds it.
    pub(crate) fn close(&self) {
        let mut woken = self.woken.lock().unwrap();
        woken.open = false;
        woken.tasks.clear();
    }
}
// end: inbox
