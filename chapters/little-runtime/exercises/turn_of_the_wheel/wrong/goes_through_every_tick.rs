//! Looks at the slot of each tick since the last look.

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
        self.now = now;
        for tick in first..=now {
            self.look_at(tick % SLOTS);
        }
        now + 1 - first
    }

    fn look_at(&mut self, slot: u64) {
        let slot = &mut self.slots[slot as usize];
        let now = self.now;
        let due;
        (due, *slot) = mem::take(slot).into_iter().partition(|it| it.0 <= now);
        let due: Vec<Timer> = due;
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
