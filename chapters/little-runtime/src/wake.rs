//! What a waker holds, and the queue into which it puts its task, from any
//! thread.

use crate::room::ROOM;
use crate::sync::{Arc, AtomicBool, Bell, Mutex, Ordering};
use std::mem;

/// When a task is done its place is another's, and its number nobody's (or that
/// of one that comes four thousand million tasks later).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Id {
    /// Where the runtime keeps the task.
    pub(crate) place: u32,
    pub(crate) number: u32,
}

// part: queued
/// What a task's wakers hold, on any thread, and past the task's end.
#[derive(Debug)]
pub(crate) struct Head {
    pub(crate) id: Id,
    pub(crate) queue: Arc<Queue>,
    /// Whether it is in that queue.
    queued: AtomicBool,
    aborted: AtomicBool,
}

impl Head {
    pub(crate) fn new(id: Id, queue: Arc<Queue>) -> Self {
        let (queued, aborted) = Default::default();
        Self { id, queue, queued, aborted }
    }

    /// It becomes the head of another task of that thread.
    pub(crate) fn renew(&mut self, id: Id) {
        let (queued, aborted) = Default::default();
        (self.id, self.queued, self.aborted) = (id, queued, aborted);
    }

    /// Puts the task into the queue. If it is there, the poll to come will see
    /// all that the caller did before.
    pub(crate) fn enqueue(&self) {
        if !self.queued.swap(true, Ordering::AcqRel) {
            self.queue.put(self.id);
        }
    }

    /// To be called before a poll, not after it: a wake that comes meanwhile has
    /// to queue the task again. And it is a swap, not a store: it has to read
    /// what the last wake wrote, to see what came before that wake.
    pub(crate) fn leave_queue(&self) {
        self.queued.swap(false, Ordering::AcqRel);
    }

    /// The task is not to be polled again. When its turn comes, it ends: so it
    /// has to be woken after this.
    pub(crate) fn abort(&self) {
        self.aborted.store(true, Ordering::Release);
    }

    pub(crate) fn is_aborted(&self) -> bool {
        self.aborted.load(Ordering::Acquire)
    }
}
// end: queued

// part: queue
/// The tasks of one thread that other threads have woken.
#[derive(Debug)]
pub(crate) struct Queue {
    woken: Mutex<Woken>,
    /// Ends the sleep of the thread that is under way, or the next.
    pub(crate) bell: Bell,
}

#[derive(Debug, Default)]
struct Woken {
    tasks: Vec<Id>,
    /// The thread has found nothing, and sleeps or is about to.
    asleep: bool,
}

impl Queue {
    pub(crate) fn new(bell: Bell) -> Self {
        Self { woken: Mutex::default(), bell }
    }

    pub(crate) fn put(&self, task: Id) {
        let mut woken = self.woken.lock().unwrap();
        woken.tasks.push(task);
        let asleep = mem::take(&mut woken.asleep);
        drop(woken); // or the thread would wake up to wait for the lock
        if asleep {
            self.bell.wake().expect("a bell rings");
        }
    }

    /// Moves all that is here to `tasks`, which is empty. If it is so even then,
    /// the thread may sleep, if it wants to: whoever puts something in from now
    /// on will ring. To look and to say so is one step, under one lock.
    pub(crate) fn take(&self, tasks: &mut Vec<Id>, or_sleep: bool) {
        let mut woken = self.woken.lock().unwrap();
        mem::swap(&mut woken.tasks, tasks);
        woken.asleep = or_sleep && tasks.is_empty();
        if woken.asleep {
            woken.tasks.shrink_to(ROOM);
        }
    }
}
// end: queue
