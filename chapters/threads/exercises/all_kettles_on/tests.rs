//! What `make_all` must do. Cups meet: each waits until all are under way, and
//! gives up after a second.

use std::panic::panic_any;
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use super::{Job, make_all};

/// How many cups were under way at most.
#[derive(Default)]
struct Kitchen {
    /// Those under way now, the most there were, and whether somebody has
    /// waited in vain.
    seen: Mutex<(usize, usize, bool)>,
    changed: Condvar,
}

impl Kitchen {
    /// One cup: it is done when `all` are under way, or when one of them has
    /// given up.
    fn cup(&self, all: usize) {
        let mut seen = self.seen.lock().unwrap();
        seen.0 += 1;
        seen.1 = seen.1.max(seen.0);
        self.changed.notify_all();
        let patience = Duration::from_secs(1);
        let alone = |seen: &mut (usize, usize, bool)| seen.1 < all && !seen.2;
        let waited = self.changed.wait_timeout_while(seen, patience, alone);
        let (mut seen, waited) = waited.unwrap();
        seen.2 |= waited.timed_out();
        seen.0 -= 1;
        self.changed.notify_all();
    }

    fn most(&self) -> usize {
        self.seen.lock().unwrap().1
    }
}

fn numbers(jobs: Vec<Job<u32>>) -> Vec<u32> {
    let cups = make_all(jobs).into_iter();
    cups.map(|cup| cup.expect("no cup is spilled here"))
        .collect()
}

#[exercise::test]
fn all_cups_are_under_way_at_the_same_time() {
    let kitchen = Arc::new(Kitchen::default());
    let job = |_| -> Job<()> {
        let kitchen = kitchen.clone();
        Box::new(move || kitchen.cup(8))
    };
    make_all((1..=8).map(job).collect());
    assert_eq!(kitchen.most(), 8, "cups under way at once, of 8");
}

#[exercise::test]
fn the_cups_come_in_the_order_of_the_list() {
    let (second_is_done, wait) = std::sync::mpsc::channel();
    let slow: Job<u32> = Box::new(move || {
        // Waits for the second, and not for ever: one that comes later does not
        // come.
        let _ = wait.recv_timeout(Duration::from_millis(500));
        1
    });
    let quick: Job<u32> = Box::new(move || {
        let _ = second_is_done.send(());
        2
    });
    assert_eq!(
        numbers(vec![slow, quick]),
        [1, 2],
        "the second is done first"
    );
}

#[exercise::test]
fn a_spilled_cup_is_an_error_in_its_place() {
    let jobs: Vec<Job<u32>> = vec![
        Box::new(|| 1),
        Box::new(|| panic_any("spilled")),
        Box::new(|| 3),
    ];
    let cups = make_all(jobs);
    let poured: Vec<_> = cups.into_iter().map(Result::ok).collect();
    assert_eq!(
        poured,
        [Some(1), None, Some(3)],
        "the cups, where 2 is spilled"
    );
}

#[exercise::test]
fn they_are_all_done_when_it_returns() {
    let poured = Arc::new(Mutex::new(0));
    let job = |_| -> Job<()> {
        let poured = poured.clone();
        Box::new(move || *poured.lock().unwrap() += 1)
    };
    make_all((1..=20).map(job).collect());
    assert_eq!(*poured.lock().unwrap(), 20, "cups poured, of 20");
}

#[exercise::test]
fn no_cups_are_no_trouble() {
    assert_eq!(numbers(Vec::new()), [0; 0]);
}
