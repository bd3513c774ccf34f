//! What the little runtime promises, seen from outside.

mod combinators;
mod net;
mod tasks;
mod timers;

use std::mem::ManuallyDrop;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{RawWaker, RawWakerVTable, Waker};
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

/// A waker that is not the library's: it calls this whenever it is cloned, woken,
/// or dropped.
#[expect(unsafe_code, reason = "no other waker says what its clone does")]
fn foreign(call: impl Fn() + Send + Sync + 'static) -> Waker {
    type Call = Arc<Box<dyn Fn() + Send + Sync>>;

    const TABLE: RawWakerVTable = RawWakerVTable::new(
        |it| {
            let call = ManuallyDrop::new(own(it));
            call();
            raw(Arc::clone(&call))
        },
        |it| own(it)(),
        |it| ManuallyDrop::new(own(it))(),
        |it| own(it)(),
    );

    fn raw(call: Call) -> RawWaker {
        RawWaker::new(Arc::into_raw(call).cast(), &TABLE)
    }

    fn own(it: *const ()) -> Call {
        // SAFETY: each waker has what `raw` made for it. What it keeps is not
        // dropped, and what it gives away is not used again.
        unsafe { Arc::from_raw(it.cast()) }
    }

    let call: Call = Arc::new(Box::new(call));
    // SAFETY: it counts as an `Arc` does, and may be on any thread.
    unsafe { Waker::from_raw(raw(call)) }
}

/// As `lib.rs` has them in its table, each uses only those that stand below it.
#[test]
fn no_two_files_know_each_other() {
    let source = concat!(env!("CARGO_MANIFEST_DIR"), "/src/");
    let read = |name: &str| {
        std::fs::read_to_string(format!("{source}{name}.rs")).unwrap()
    };
    let table = read("lib");
    let rows = table.lines().filter_map(|it| it.strip_prefix("//! | `"));
    let files: Vec<_> = rows.filter_map(|it| it.split('`').next()).collect();
    assert!(files.len() > 5, "{files:?}");
    for (place, file) in files.iter().enumerate() {
        let text = read(file);
        for used in text.split("use crate::").skip(1) {
            let (used, _) = used.split_once(';').unwrap();
            let mut names =
                used.split(|it: char| !it.is_alphanumeric() && it != '_');
            let above = names.find(|it| files[..=place].contains(it));
            assert_eq!(above, None, "{file} uses what stands above it");
        }
    }
}

/// The page says how long it is, and nobody reads a longer one in an hour.
#[test]
fn it_has_fewer_than_a_thousand_lines_of_code() {
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
    assert!((850..1000).contains(&lines), "{lines} lines");
}
