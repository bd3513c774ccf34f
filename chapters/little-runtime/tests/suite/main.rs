//! What the little runtime promises, seen from outside.

mod combinators;
mod net;
mod tasks;
mod timers;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::{cell::Cell, rc::Rc, sync::Arc};

/// Counts how many of it are dropped.
#[derive(Debug, Clone, Default)]
struct Drops(Rc<Cell<usize>>);

impl Drops {
    fn guard(&self) -> Guard {
        Guard(self.clone())
    }

    fn seen(&self) -> usize {
        self.0.get()
    }
}

struct Guard(Drops);

impl Drop for Guard {
    fn drop(&mut self) {
        self.0.0.set(self.0.seen() + 1);
    }
}

/// Counts how often it is woken.
#[derive(Debug, Default)]
struct Wakes(AtomicUsize);

impl Wakes {
    fn seen(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }
}

impl std::task::Wake for Wakes {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

/// The page says how long it is, and nobody reads a longer one in an hour.
#[test]
fn it_has_six_hundred_lines_of_code() {
    let source = concat!(env!("CARGO_MANIFEST_DIR"), "/src");
    let mut lines = 0;
    for entry in std::fs::read_dir(source).unwrap() {
        let path = entry.unwrap().path();
        if path.file_name().unwrap() == "main.rs" {
            continue; // the program, and not the library
        }
        let text = std::fs::read_to_string(path).unwrap();
        let code = |line: &&str| !line.is_empty() && !line.starts_with("//");
        lines += text.lines().map(str::trim).filter(code).count();
    }
    assert!((550..=600).contains(&lines), "{lines} lines");
}
