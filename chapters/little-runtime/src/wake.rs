//! What a waker holds, and the queue into which it puts its task, from any
//! thread.

use crate::sync::{Arc, AtomicBool, Bell, Mutex, Ordering};
use std::mem;

// part: queued
/// The part of a task that its wakers hold, on any thread, and past its end.
#[derive(Debug)]
pub(crate) struct Head {
    /// Where the runtime keeps the rest of the task.
    pub(crate) key: usize,
    queue: Arc<Queue>,
    queued: AtomicBool,
    aborted: AtomicBool,
}

impl Head {
    /// A new task is a woken task.
    pub(crate) fn new(key: usize, queue: Arc<Queue>) -> Arc<Self> {
        let (queued, aborted) = Default::default();
        let head = Arc::new(Self { key, queue, queued, aborted });
        Self::enqueue(&head);
        head
    }

    /// Puts the task into the queue. If it is there, the poll to come will see
    /// all that the caller did before.
    pub(crate) fn enqueue(this: &Arc<Self>) {
        if !this.queued.swap(true, Ordering::AcqRel) {
            this.queue.put(Arc::clone(this));
        }
    }

    /// To be called before a poll, not after it: a wake that comes meanwhile has
    /// to queue the task again. And it is a swap, not a store: it has to read
    /// what the last wake wrote, to see what came before that wake.
    pub(crate) fn leave_queue(&self) {
        self.queued.swap(false, Ordering::AcqRel);
    }

    /// The task is not to be polled again. When its turn comes, it ends.
    pub(crate) fn abort(this: &Arc<Self>) {
        this.aborted.store(true, Ordering::Release);
        Self::enqueue(this);
    }

    pub(crate) fn is_aborted(&self) -> bool {
        self.aborted.load(Ordering::Acquire)
    }
}
// end: queued

// part: queue
/// The tasks of one thread that are woken.
#[derive(Debug, Default)]
pub(crate) struct Queue {
    woken: Mutex<Woken>,
    /// Ends the sleep of the thread that is under way, or the next.
    pub(crate) bell: Bell,
}

#[derive(Debug, Default)]
struct Woken {
    tasks: Vec<Arc<Head>>,
    /// The thread has found nothing, and sleeps or is about to.
    asleep: bool,
    /// A `block_on` is under way.
    open: bool,
}

impl Queue {
    fn put(&self, task: Arc<Head>) {
        let mut woken = self.woken.lock().unwrap();
        if woken.open {
            woken.tasks.push(task);
        }
        let asleep = mem::take(&mut woken.asleep);
        drop(woken); // or the thread would wake up to wait for the lock
        if asleep {
            self.bell.ring();
        }
    }

    /// Moves all that is here to `tasks`, which is empty. If it is so even then,
    /// returns that the thread may sleep: whoever puts something in from now on
    /// will ring. To look and to say so is one step, under one lock.
    pub(crate) fn take(&self, tasks: &mut Vec<Arc<Head>>) -> bool {
        let mut woken = self.woken.lock().unwrap();
        mem::swap(&mut woken.tasks, tasks);
        woken.asleep = tasks.is_empty();
        woken.asleep
    }

    /// The thread sleeps no more.
    pub(crate) fn awake(&self) {
        self.woken.lock().unwrap().asleep = false;
    }

    /// Empties it, for a `block_on` that begins, or ends. A task that is left
    /// in here would for ever hold the queue that holds it.
    pub(crate) fn reset(&self, open: bool) {
        *self.woken.lock().unwrap() = Woken { open, ..Woken::default() };
    }
}
// end: queue
