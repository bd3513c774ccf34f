//! Who may run now: so many at once, the others in the order in which they asked. A run that measures waits
//! until it is alone, and those behind it wait for it.

use std::collections::VecDeque;
use std::sync::Arc;

use tokio::sync::watch;

/// Hands out slots.
#[derive(Debug, Clone)]
pub(crate) struct Queue {
    state: Arc<watch::Sender<State>>,
}

/// Where one stands who waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct QueuePlace {
    /// From 1.
    pub(crate) place: usize,
    pub(crate) of: usize,
}

/// The right to run, until it is dropped.
#[derive(Debug)]
pub(crate) struct Permit {
    queue: Queue,
    slots: usize,
}

/// A place in the queue, which is given up when this is dropped.
#[derive(Debug)]
struct Ticket {
    queue: Queue,
    number: u64,
}

#[derive(Debug)]
struct State {
    slots: usize,
    taken: usize,
    next: u64,
    /// The numbers of the tickets, and how many slots each needs.
    waiting: VecDeque<(u64, usize)>,
}

impl Queue {
    /// A queue for so many slots, one at least.
    pub(crate) fn new(slots: usize) -> Self {
        let state = State {
            slots: slots.max(1),
            taken: 0,
            next: 0,
            waiting: VecDeque::new(),
        };
        Self {
            state: Arc::new(watch::Sender::new(state)),
        }
    }

    pub(crate) fn slots(&self) -> usize {
        self.state.borrow().slots
    }

    /// Waits for a slot, or for all of them if `alone`, and tells its place whenever that changes. Who stops
    /// waiting gives up the place.
    pub(crate) async fn enter(&self, alone: bool, mut tell: impl FnMut(QueuePlace)) -> Permit {
        let mut news = self.state.subscribe();
        let mut number = 0;
        let mut slots = 0;
        self.state.send_modify(|state| {
            slots = if alone { state.slots } else { 1 };
            number = state.join(slots);
        });
        // part: wait
        let ticket = Ticket {
            queue: self.clone(),
            number,
        };
        let mut told = None;
        loop {
            if self.state.send_if_modified(|state| state.enter(number)) {
                // The ticket, when dropped, finds no place to give up.
                drop(ticket);
                return Permit {
                    queue: self.clone(),
                    slots,
                };
            }
            let place = news.borrow_and_update().place(number);
            if place != told
                && let Some(place) = place
            {
                tell(place);
            }
            told = place;
            news.changed()
                .await
                .expect("the queue holds its own sender");
        }
        // end: wait
    }
}

impl State {
    fn join(&mut self, slots: usize) -> u64 {
        self.next += 1;
        self.waiting.push_back((self.next, slots));
        self.next
    }

    // part: turn
    /// Takes the slots if it is this one's turn and there are enough.
    fn enter(&mut self, number: u64) -> bool {
        let enough = self
            .waiting
            .front()
            .is_some_and(|(first, slots)| *first == number && self.taken + slots <= self.slots);
        if enough && let Some((_, slots)) = self.waiting.pop_front() {
            self.taken += slots;
        }
        enough
    }
    // end: turn

    fn place(&self, number: u64) -> Option<QueuePlace> {
        let at = self.waiting.iter().position(|(it, _)| *it == number)?;
        Some(QueuePlace {
            place: at + 1,
            of: self.waiting.len(),
        })
    }

    fn leave(&mut self, number: u64) -> bool {
        let before = self.waiting.len();
        self.waiting.retain(|(it, _)| *it != number);
        self.waiting.len() < before
    }
}

// part: leave
impl Drop for Ticket {
    fn drop(&mut self) {
        let number = self.number;
        self.queue
            .state
            .send_if_modified(|state| state.leave(number));
    }
}
// end: leave

impl Drop for Permit {
    fn drop(&mut self) {
        let slots = self.slots;
        self.queue.state.send_modify(|state| state.taken -= slots);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::FutureExt;

    fn waiting(queue: &Queue) -> usize {
        queue.state.borrow().waiting.len()
    }

    #[tokio::test]
    async fn so_many_run_and_the_others_wait_in_order() {
        let queue = Queue::new(2);
        let first = queue.enter(false, |_| {}).await;
        let _second = queue.enter(false, |_| {}).await;
        let mut seen = Vec::new();
        let mut third = Box::pin(queue.enter(false, |place| seen.push(place)));
        let mut fourth = Box::pin(queue.enter(false, |_| {}));
        assert!(third.as_mut().now_or_never().is_none());
        assert!(fourth.as_mut().now_or_never().is_none());
        drop(first);
        assert!(
            fourth.as_mut().now_or_never().is_none(),
            "not before its turn"
        );
        let third = third.await;
        drop(third);
        let _fourth = fourth.await;
        assert_eq!(seen, [QueuePlace { place: 1, of: 1 }]);
    }

    #[tokio::test]
    async fn a_place_is_told_again_when_it_changes() {
        let queue = Queue::new(1);
        let running = queue.enter(false, |_| {}).await;
        let mut ahead = Box::pin(queue.enter(false, |_| {}));
        assert!(ahead.as_mut().now_or_never().is_none());
        let mut seen = Vec::new();
        let mut waiting = Box::pin(queue.enter(false, |place| seen.push(place)));
        assert!(waiting.as_mut().now_or_never().is_none());
        assert!(waiting.as_mut().now_or_never().is_none(), "nothing is new");
        drop(ahead);
        assert!(waiting.as_mut().now_or_never().is_none());
        drop(running);
        let _permit = waiting.await;
        assert_eq!(
            seen,
            [
                QueuePlace { place: 2, of: 2 },
                QueuePlace { place: 1, of: 1 }
            ]
        );
    }

    #[tokio::test]
    async fn who_measures_is_alone_and_not_passed() {
        let queue = Queue::new(3);
        let running = queue.enter(false, |_| {}).await;
        let mut alone = Box::pin(queue.enter(true, |_| {}));
        assert!(alone.as_mut().now_or_never().is_none());
        let mut behind = Box::pin(queue.enter(false, |_| {}));
        assert!(
            behind.as_mut().now_or_never().is_none(),
            "two slots are free"
        );
        drop(running);
        let alone = alone.await;
        assert!(behind.as_mut().now_or_never().is_none());
        drop(alone);
        let _behind = behind.await;
    }

    #[tokio::test]
    async fn a_place_that_stays_is_told_once() {
        let queue = Queue::new(2);
        let first = queue.enter(false, |_| {}).await;
        let second = queue.enter(false, |_| {}).await;
        let mut seen = Vec::new();
        let mut alone = Box::pin(queue.enter(true, |place| seen.push(place)));
        assert!(alone.as_mut().now_or_never().is_none());
        drop(first);
        assert!(alone.as_mut().now_or_never().is_none());
        drop(second);
        let _permit = alone.await;
        assert_eq!(seen, [QueuePlace { place: 1, of: 1 }]);
    }

    #[tokio::test]
    async fn who_leaves_gives_up_the_place() {
        let queue = Queue::new(1);
        let _running = queue.enter(false, |_| {}).await;
        let mut waiting = Box::pin(queue.enter(false, |_| {}));
        assert!(waiting.as_mut().now_or_never().is_none());
        assert_eq!(self::waiting(&queue), 1);
        drop(waiting);
        assert_eq!(self::waiting(&queue), 0);
    }
}
