//! What a `Wheel` must do: wake each timer at the first look at or after its
//! tick, and look at few slots.

use std::sync::{Arc, Mutex};
use std::task::Wake;

use super::{SLOTS, Wheel};

/// The timers that were woken, by their ticks.
type Woken = Arc<Mutex<Vec<u64>>>;

struct Notes(u64, Woken);

impl Wake for Notes {
    fn wake(self: Arc<Self>) {
        self.1.lock().unwrap().push(self.0);
    }
}

/// A wheel, and what becomes of its timers.
struct Test(Wheel, Woken);

impl Test {
    fn new(timers: &[u64]) -> Self {
        let mut test = Self(Wheel::default(), Woken::default());
        timers.iter().for_each(|&due| test.insert(due));
        test
    }

    fn insert(&mut self, due: u64) {
        let notes = Notes(due, Arc::clone(&self.1));
        self.0.insert(due, Arc::new(notes).into());
    }

    /// The timers that are woken by it, sorted.
    fn woken_at(&mut self, now: u64) -> Vec<u64> {
        self.0.advance(now);
        let mut woken = std::mem::take(&mut *self.1.lock().unwrap());
        woken.sort_unstable();
        woken
    }
}

#[exercise::test]
fn each_is_woken_in_its_tick() {
    let mut test = Test::new(&[3, 1, 3]);
    assert_eq!(test.woken_at(1), [1], "timers woken at 1");
    assert_eq!(test.woken_at(2), [], "timers woken at 2");
    assert_eq!(test.woken_at(3), [3, 3], "timers woken at 3");
    assert_eq!(test.woken_at(4), [], "timers woken at 4");
}

#[exercise::test]
fn a_later_round_has_its_own_turn() {
    let mut test = Test::new(&[2, 10, 18]);
    for now in 1..=18 {
        let expected = [2, 10, 18].into_iter().filter(|&it| it == now);
        let expected: Vec<_> = expected.collect();
        assert_eq!(test.woken_at(now), expected, "timers woken at {now}");
    }
}

#[exercise::test]
fn ticks_that_were_skipped_are_not_lost() {
    let mut test = Test::new(&[2, 3, 4, 6]);
    assert_eq!(
        test.woken_at(4),
        [2, 3, 4],
        "timers woken at 4, the first look"
    );
    assert_eq!(test.woken_at(7), [6], "timers woken at 7");
}

#[exercise::test]
fn after_many_rounds_all_that_are_due_are_woken_at_once() {
    let mut test = Test::new(&[1, 9, 30, 100, 101]);
    assert_eq!(test.woken_at(100), [1, 9, 30, 100], "timers woken at 100");
    assert_eq!(test.woken_at(101), [101], "timers woken at 101");
}

#[exercise::test]
fn what_is_over_when_it_comes_is_woken_at_the_next_look() {
    let mut test = Test::new(&[]);
    test.woken_at(20);
    test.insert(20);
    test.insert(13);
    assert_eq!(test.woken_at(21), [13, 20], "timers woken at 21");
}

#[exercise::test]
fn a_tick_costs_one_slot() {
    let mut test = Test::new(&[50]);
    for now in 1..=10 {
        assert_eq!(test.0.advance(now), 1, "slots looked at, in tick {now}");
    }
}

#[exercise::test]
fn a_long_sleep_costs_one_round() {
    let mut test = Test::new(&[50]);
    let slots = test.0.advance(u64::MAX / 2);
    assert_eq!(slots, SLOTS, "slots looked at, after a long sleep");
    assert_eq!(*test.1.lock().unwrap(), [50], "timers woken after it");
}
