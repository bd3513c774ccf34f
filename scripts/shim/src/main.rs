//! The process between the tool and a snippet. It starts the program in a process group of its own, stamps
//! its lines as they arrive, ends it at the deadline, and tells what it cost.
//!
//! Two reasons for a program of its own rather than a function. A child's peak memory starts from its parent's, so the
//! parent has to be small: the whole tool is five times as large as a small snippet. And whatever becomes of the tool
//! (an interrupt, a crash, a kill), its end of the pipe to the shim closes, and the shim then ends the program and all
//! that the program started.
//!
//! On Linux it is two processes. A program may end the one that watches it, as both are of one user; the other, which
//! is the `guard`, then ends all that is left.
//!
//! [`watch`] follows the run from start to end, [`lines`] reads its two pipes, [`events`] tells the tool, and [`system`]
//! is what differs from one system to another.

mod events;
#[cfg(target_os = "linux")]
mod guard;
mod lines;
mod system;
mod watch;

use std::io::{self, BufRead, Write};
use std::process::ExitCode;

use workbook_shim::IDENTITY;
use workbook_shim::protocol::Job;

/// Runs one job from standard input, tells its events on standard output. Or, asked for it, says what it is made of.
fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        // The tool is gone: there is nobody to tell, and nothing is left running.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: the shim failed: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> io::Result<()> {
    if std::env::args_os()
        .nth(1)
        .is_some_and(|arg| arg == "--identity")
    {
        return writeln!(io::stdout(), "{IDENTITY}");
    }
    system::adopt_orphans();
    system::keep_open_files_from_programs();
    #[cfg(target_os = "linux")]
    if std::env::args_os().nth(1).is_none() {
        return guard::run();
    }
    let mut job = String::new();
    io::stdin().lock().read_line(&mut job)?;
    let job: Job = serde_json::from_str(&job)?;
    system::reset_signal_handlers();
    watch::run(job)
}
