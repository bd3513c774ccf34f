//! What the tests of an exercise are written with, and how the tool hears that one has passed.
//!
//! A test says what must hold, in the exercise's `tests.rs`:
//!
//! ```ignore
//! use super::pour_all;
//!
//! #[exercise::test]
//! async fn all_cups_are_poured() {
//!     assert_eq!(pour_all(3).await, 3);
//! }
//! ```
//!
//! An exit code says little: a program that ends early has 0, and what it prints can be anything. So the tool runs each
//! test in a process of its own, by [`main`], and that says by a file when the test's body has returned: [`word`]
//! documents the file. Under `cargo test` none of this happens, and a test is a test.

#[cfg(feature = "tests")]
mod runtime;
pub mod word;

use std::any::Any;
use std::fmt::Debug;
use std::panic::{self, AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

#[cfg(feature = "tests")]
pub use exercise_macros::test;
#[cfg(feature = "tests")]
pub use runtime::{Clock, block_on};

/// The argument with which the exercise's own `main` is run, and no test.
pub const MAIN: &str = "--main";

/// A test: its name, and what runs it.
pub type Test = (&'static str, fn());

/// Runs what the first argument names: a test, or with [`MAIN`] the exercise's own `main`. The tool writes the program
/// that calls this.
///
/// What `main` gives, where it gives something, is for `run_main` to print.
pub fn main(tests: &[Test], run_main: fn() -> ExitCode) -> ExitCode {
    let name = std::env::args().nth(1).unwrap_or_default();
    if name == MAIN {
        return run_main();
    }
    let Some((name, test)) = tests.iter().find(|(of, _)| *of == name) else {
        let names: Vec<_> = tests.iter().map(|(name, _)| *name).collect();
        eprintln!("no test `{name}`: name one of {}", names.join(", "));
        return ExitCode::from(2);
    };
    let words = word::Words::open();
    words.say(&word::Word::Begun);
    let heard = Arc::new(AtomicUsize::new(0));
    listen(words.clone(), heard.clone());
    let ended = catch_unwind(AssertUnwindSafe(test));
    let is_heard = is_heard(&heard);
    match ended {
        Ok(()) if is_heard => words.say(&word::Word::Passed((*name).to_owned())),
        Ok(()) => {
            words.say(&word::Word::HookReplaced);
            words.say(&word::Word::Passed((*name).to_owned()));
        }
        Err(payload) => {
            if !is_heard || heard.load(Ordering::Relaxed) == 0 {
                // What was thrown again was not heard, nor what a hook of the reader's keeps to itself.
                words.say(&word::Word::Panicked(word::Panic {
                    message: message(&*payload),
                    file: String::new(),
                    line: 0,
                    own: true,
                }));
            }
            return ExitCode::from(101);
        }
    }
    ExitCode::SUCCESS
}

/// Has every panic said, and those of this thread counted.
fn listen(words: word::Words, heard: Arc<AtomicUsize>) {
    let ours = thread::current().id();
    let usual = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        let own = thread::current().id() == ours;
        heard.fetch_add(usize::from(own), Ordering::Relaxed);
        if info.payload().is::<Probe>() {
            return;
        }
        let place = info.location();
        words.say(&word::Word::Panicked(word::Panic {
            message: message(info.payload()),
            file: place.map_or(String::new(), |place| place.file().to_owned()),
            line: place.map_or(0, panic::Location::line),
            own,
        }));
        // What ends the test is told with its verdict. Of another thread's panic nobody else tells.
        if !own {
            usual(info);
        }
    }));
}

/// Whether panics are still heard: the tested code may have put a hook of its own in the place of ours. Tried with one.
fn is_heard(heard: &AtomicUsize) -> bool {
    let before = heard.load(Ordering::Relaxed);
    let _ = catch_unwind(|| panic::panic_any(Probe));
    // It is not counted among the others.
    heard
        .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |now| {
            (now > before).then_some(before)
        })
        .is_ok()
}

/// What is thrown to hear whether it is heard.
struct Probe;

fn message(payload: &(dyn Any + Send)) -> String {
    let text = payload.downcast_ref::<&str>().copied();
    let text = text.or_else(|| payload.downcast_ref::<String>().map(String::as_str));
    text.unwrap_or("a panic without words").to_owned()
}

/// What a test can give.
pub trait Verdict {
    /// # Panics
    /// Where the test has failed.
    fn assert_passed(self);
}

impl Verdict for () {
    fn assert_passed(self) {}
}

impl<E: Debug> Verdict for Result<(), E> {
    #[track_caller]
    fn assert_passed(self) {
        if let Err(error) = self {
            panic!("the test gave an error: {error:?}");
        }
    }
}
