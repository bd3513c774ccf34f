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

use std::fmt::Debug;
use std::panic::{self, AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;
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
    let ours = thread::current().id();
    let of_hook = words.clone();
    let usual = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        let place = info.location();
        let message = info.payload_as_str().unwrap_or("a panic without words");
        of_hook.say(&word::Word::Panicked {
            message: message.to_owned(),
            file: place.map_or(String::new(), |place| place.file().to_owned()),
            line: place.map_or(0, panic::Location::line),
            own: thread::current().id() == ours,
        });
        usual(info);
    }));
    match catch_unwind(AssertUnwindSafe(test)) {
        Ok(()) => {
            words.say(&word::Word::Passed((*name).to_owned()));
            ExitCode::SUCCESS
        }
        Err(_) => ExitCode::from(101),
    }
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
