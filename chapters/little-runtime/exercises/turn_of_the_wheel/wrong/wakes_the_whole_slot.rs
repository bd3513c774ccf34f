//! Wakes all that are in a slot when its turn comes.

use std::mem;
use std::sync::Arc;
use std::task::{Wake, Waker};

pub const SLOTS: u64 = 8;

/// A timer: the tick in which it is due, and who waits for it.
type Timer = (u64, Waker);

/// Timers by their ticks: slot 0 has those for 0, 8, 16, and so on.
#[derive(Default)]
pub struct Wheel {
    now: u64,
    slots: [Vec<Timer>; SLOTS as usize],
}

impl Wheel {
    /// Wakes at this tick, or at the next look at the clock if it is over.
    pub fn insert(&mut self, due: u64, waker: Waker) {
        // What is over goes where the next look begins.
        let tick = due.max(self.now + 1);
        self.slots[(tick % SLOTS) as usize].push((due, waker));
    }

    /// It is `now`: wakes all that are due. Gives how many slots it looked
    /// at.
    pub fn advance(&mut self, now: u64) -> u64 {
        let first = self.now + 1;
        // A whole round has each slot, however long the sleep was.
        let looks = (now - self.now).min(SLOTS);
        self.now = now;
        for tick in first..first + looks {
            self.look_at(tick % SLOTS);
        }
        looks
    }

    fn look_at(&mut self, slot: u64) {
        let due = mem::take(&mut self.slots[slot as usize]);
        due.into_iter().for_each(|(_, waker)| waker.wake());
    }
}

/// A task that only says when it is woken.
struct Says(String);

impl Wake for Says {
    fn wake(self: Arc<Self>) {
        println!("  {}", self.0);
    }
}

fn main() {
    let mut wheel = Wheel::default();
    for due in [2, 3, 11, 20] {
        let says = Arc::new(Says(format!("timer for {due}")));
        wheel.insert(due, says.into());
    }
    for now in [1, 2, 5, 12, 40] {
        println!("tick {now}");
        wheel.advance(now);
    }
}
