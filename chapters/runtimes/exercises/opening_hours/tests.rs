//! How an evening must go. There is no runtime here but its own.

use std::sync::{Arc, Mutex};
use std::thread;

use super::evening;

/// All that was said, in order, each with whether our own thread has said it.
fn said() -> Vec<(&'static str, bool)> {
    let ours = thread::current().id();
    let said = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&said);
    evening(move |words| {
        let is_ours = thread::current().id() == ours;
        log.lock().unwrap().push((words, is_ours));
    });
    said.lock().unwrap().clone()
}

fn place(of: &str) -> usize {
    let said = said();
    let found = said.iter().position(|(words, _)| *words == of);
    found.unwrap_or_else(|| panic!("nobody has said {of:?}, only {said:?}"))
}

#[exercise::test]
fn the_evening_goes_as_announced() {
    let said: Vec<_> = said().into_iter().map(|(words, _)| words).collect();
    let wanted = [
        "kitchen: opens",
        "kitchen: kettle on",
        "guest: sits down",
        "kitchen: tea is ready",
        "guest: has gone",
        "kitchen: closes",
    ];
    assert_eq!(said, wanted);
}

#[exercise::test]
fn the_kitchen_opens_first() {
    assert_eq!(place("kitchen: opens"), 0, "its place in what was said");
}

#[exercise::test]
fn the_guest_is_waited_for() {
    assert_eq!(place("guest: has gone"), 4, "its place in what was said");
}

#[exercise::test]
fn it_takes_one_thread() {
    for (words, is_ours) in said() {
        assert!(is_ours, "{words:?} was said by another thread");
    }
}
