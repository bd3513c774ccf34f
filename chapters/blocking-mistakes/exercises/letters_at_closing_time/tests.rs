//! What `evening` must do. There is no runtime here but its own.

use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use super::evening;

#[exercise::test]
fn it_returns_when_all_is_read() {
    evening(&["a bill", "a card"], |_| ());
}

#[exercise::test]
fn all_letters_are_read_in_their_order() {
    let letters = Arc::new(Mutex::new(Vec::new()));
    let read = Arc::clone(&letters);
    evening(&["a", "b", "c"], move |letter| {
        read.lock().unwrap().push(letter.to_owned());
    });
    let letters = letters.lock().unwrap();
    assert_eq!(
        *letters,
        ["a", "b", "c"],
        "read when `evening` has returned"
    );
}

#[exercise::test]
fn a_slow_clerk_is_waited_for() {
    let count = Arc::new(Mutex::new(0));
    let read = Arc::clone(&count);
    evening(&["a", "b", "c"], move |_| {
        thread::sleep(Duration::from_millis(150));
        *read.lock().unwrap() += 1;
    });
    let count = *count.lock().unwrap();
    assert_eq!(count, 3, "letters read when `evening` has returned");
}

#[exercise::test]
fn the_clerk_has_another_thread() {
    let ours = thread::current().id();
    evening(&["a"], move |_| {
        assert_ne!(thread::current().id(), ours, "where reading blocks us");
    });
}

#[exercise::test]
fn an_evening_without_letters_ends_too() {
    evening(&[], |letter| panic!("nobody has sent {letter}"));
}
