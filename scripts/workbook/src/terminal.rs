//! What every command says in the terminal in the same way, and the one place that writes to it.
//!
//! Who reads may be gone: `cargo workbook record | head -1`, a terminal that was closed. That is no reason to stop
//! working, and none to panic, as `println!` does.

use std::fmt::Arguments;
use std::io::{self, Write};

use crate::model::problem::{self, Problem};

/// Prints a line on standard output.
macro_rules! say {
    ($($words:tt)*) => { $crate::terminal::print_out(format_args!($($words)*)) };
}

/// Prints a line on standard error.
macro_rules! complain {
    ($($words:tt)*) => { $crate::terminal::print_err(format_args!($($words)*)) };
}

pub(crate) use {complain, say};

/// For [`say`].
pub(crate) fn print_out(words: Arguments<'_>) {
    print(&mut io::stdout().lock(), words);
}

/// For [`complain`].
pub(crate) fn print_err(words: Arguments<'_>) {
    print(&mut io::stderr().lock(), words);
}

fn print(out: &mut dyn Write, words: Arguments<'_>) {
    // In one piece, so that the lines of several processes stay whole.
    let _ = out.write_all(format!("{words}\n").as_bytes());
    let _ = out.flush();
}

/// Who reads from a terminal in the background is halted by the system, with all its threads, unless that one has
/// blocked the signal: then it is told no. See "Terminal Access Control" in POSIX.
#[cfg(unix)]
pub(crate) fn leave_to_others() {
    use nix::sys::signal::{SigSet, Signal};
    let mut halted = SigSet::empty();
    halted.add(Signal::SIGTTIN);
    let _ = halted.thread_block();
}

#[cfg(not(unix))]
pub(crate) fn leave_to_others() {}

/// Prints problems on standard error, sorted by place, each once. Returns how many there were.
pub(crate) fn report(problems: Vec<Problem>) -> usize {
    let problems = problem::in_order(problems);
    for problem in &problems {
        complain!("{problem}");
    }
    problems.len()
}
