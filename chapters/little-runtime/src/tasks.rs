//! The tasks of one thread, and which of them it has woken itself. Nothing here
//! needs a lock.

use crate::outcome::JoinError;
use crate::room::ROOM;
use crate::sync::Arc;
use crate::wake::{Head, Id, Queue};
use std::mem;
use std::pin::Pin;
use std::task::{Context, Poll};

/// A spawned future, whatever its type is.
pub(crate) trait Work {
    /// Ready when the future is, and is dropped, and its handle has the value.
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()>;
    /// Drops the future, if it is still there.
    fn drop_future(self: Pin<&mut Self>);
    /// Gives the handle this in place of a value.
    fn fail(&self, error: JoinError);
}

pub(crate) type Job = Pin<Box<dyn Work>>;

// part: tasks
#[derive(Default)]
pub(crate) struct Tasks {
    slots: Vec<Slot>,
    /// Slots without a task.
    free: Vec<u32>,
    /// How many tasks there have been.
    count: u32,
    /// How many had ended when `rest` went through the slots.
    ended: u32,
    /// Who is to be polled, in this order.
    woken: Vec<Id>,
}

struct Slot {
    /// Of the task that is here, or was the last.
    number: u32,
    /// Whether it is among the woken.
    woken: bool,
    /// It stays when the task is done, for the next one. `None` during a poll.
    head: Option<Arc<Head>>,
    /// `None` during a poll, and for the future of `block_on`.
    job: Option<Job>,
}
// end: tasks

impl Tasks {
    // part: add
    /// Finds a slot for one more task, which counts as woken.
    pub(crate) fn add(&mut self, queue: &Arc<Queue>) -> Arc<Head> {
        let place = self.free.pop().unwrap_or_else(|| self.new_slot());
        self.count = self.count.wrapping_add(1);
        let id = Id { place, number: self.count };
        let slot = &mut self.slots[place as usize];
        slot.number = id.number;
        let mut used = slot.head.take();
        // If nobody has a waker of the last task, its head can be had again.
        match used.as_mut().and_then(Arc::get_mut) {
            Some(head) => head.renew(id),
            None => used = None,
        }
        let new = || Arc::new(Head::new(id, Arc::clone(queue)));
        let head = used.unwrap_or_else(new);
        slot.head = Some(Arc::clone(&head));
        slot.woken = true;
        self.woken.push(id);
        head
    }
    // end: add

    fn new_slot(&mut self) -> u32 {
        let (number, woken, head, job) = Default::default();
        self.slots.push(Slot { number, woken, head, job });
        (self.slots.len() - 1).try_into().expect("so many tasks")
    }

    // part: rest
    /// Before a sleep, gives back what only a burst has needed: the slots behind
    /// the last task, and the heads in all that are free. To go through them, it
    /// wants a free one at the end, or that enough tasks have ended meanwhile.
    pub(crate) fn rest(&mut self) {
        let Self { slots, free, count, ended, woken } = self;
        woken.shrink_to(ROOM);
        let (all, here) = (slots.len(), slots.len() - free.len());
        let ends = count.wrapping_sub(here as u32);
        let enough = ends.wrapping_sub(*ended) as usize > all / 64;
        let is_free = |it: &Slot| it.job.is_none();
        if all <= 4 * here.max(ROOM) || !(enough || is_free(&slots[all - 1])) {
            return;
        }
        *ended = ends;
        let last = slots.iter().rposition(|it| !is_free(it));
        slots.truncate(last.map_or(1, |it| it + 1)); // `block_on` has the first
        slots.shrink_to_fit();
        *free = (1..slots.len() as u32).collect();
        free.retain(|it| is_free(&slots[*it as usize]));
        free.iter().for_each(|it| slots[*it as usize].head = None);
        free.reverse(); // the next is taken from the end
    }
    // end: rest

    fn find(&mut self, id: Id) -> Option<&mut Slot> {
        let slot = self.slots.get_mut(id.place as usize);
        slot.filter(|it| it.number == id.number)
    }

    /// Gives the new task its job.
    pub(crate) fn set(&mut self, id: Id, job: Job) {
        self.slots[id.place as usize].job = Some(job);
    }

    // part: wake
    /// This thread wakes a task. It is to be polled once, however often.
    pub(crate) fn wake(&mut self, id: Id) {
        let slot = self.find(id);
        if slot.is_some_and(|it| !mem::replace(&mut it.woken, true)) {
            self.woken.push(id);
        }
    }

    /// Another thread has put it into the queue.
    pub(crate) fn wake_from_queue(&mut self, id: Id) {
        let Some(slot) = self.find(id) else { return }; // done
        slot.head.iter().for_each(|it| it.leave_queue());
        self.wake(id);
    }
    // end: wake

    /// Moves all that are woken to `woken`, which is empty.
    pub(crate) fn take_woken(&mut self, woken: &mut Vec<Id>) {
        mem::swap(&mut self.woken, woken);
    }

    /// Whoever wakes it from now on wants one more poll. Gives the task, if that is
    /// here, and not done.
    pub(crate) fn take(&mut self, id: Id) -> Option<(Arc<Head>, Job)> {
        let slot = self.find(id)?;
        slot.woken = false;
        let job = slot.job.take()?;
        Some((slot.head.take()?, job))
    }

    /// After a poll. Without a job it is done.
    pub(crate) fn put_back(&mut self, head: Arc<Head>, job: Option<Job>) {
        let Id { place, .. } = head.id;
        let slot = &mut self.slots[place as usize];
        if job.is_none() {
            self.free.push(place);
        }
        slot.head = Some(head);
        slot.job = job;
    }

    /// Leaves no task here. Gives all that are not done.
    pub(crate) fn take_all(&mut self) -> Vec<Job> {
        self.free = Vec::new();
        let slots = mem::take(&mut self.slots).into_iter();
        slots.filter_map(|it| it.job).collect()
    }
}
