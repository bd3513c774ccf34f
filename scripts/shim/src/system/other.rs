//! Where the system is no Unix: little is told of a process, and the program alone is ended.

use std::io;
use std::process::{Child, Command, ExitStatus};
use std::time::Duration;

use workbook_shim::protocol::Figures;

/// A program, without what it starts.
pub(crate) struct Group;

impl Group {
    /// Starts the program.
    pub(crate) fn spawn(command: &mut Command) -> io::Result<(Child, Self)> {
        Ok((command.spawn()?, Self))
    }

    pub(crate) fn kill(&mut self, child: &mut Child) {
        let _ = child.kill();
    }

    pub(crate) fn send_signal(&self, _: &str) {}

    pub(crate) fn end_descendants(&mut self, _: Duration) -> usize {
        0
    }
}

pub(crate) fn adopt_orphans() {}

pub(crate) fn reset_signal_handlers() {}

pub(crate) fn figures_of_children() -> Figures {
    Figures::default()
}

pub(crate) fn threads(_: u32) -> Option<u64> {
    None
}

pub(crate) fn cpu_and_wait(_: u32) -> Option<(f64, f64)> {
    None
}

pub(crate) fn code_and_signal(status: ExitStatus) -> (Option<i32>, Option<i32>) {
    (status.code(), None)
}
