//! Stays beside the process that watches, and outlives it: what that one leaves running is ended here.

use std::io;
use std::os::unix::process::CommandExt;
use std::process::Command;

use nix::sys::wait::{WaitPidFlag, WaitStatus, waitpid};
use nix::unistd::Pid;
use workbook_shim::tree::{self, below};

/// Has the same program watch the run, and comes to its end after it.
///
/// # Errors
/// Where it cannot be started, or has not come to its own end.
pub(crate) fn run() -> io::Result<()> {
    let watch = Command::new("/proc/self/exe")
        .arg("--watch")
        // Whoever ends its group does not end this one.
        .process_group(0)
        .spawn()?;
    let watch = Pid::from_raw(watch.id().cast_signed());
    // One that is halted watches no more than one that has ended.
    let how = waitpid(watch, Some(WaitPidFlag::WUNTRACED));
    tree::end_all(|| below(std::process::id()).iter().map(|it| it.pid).collect());
    match how {
        Ok(WaitStatus::Exited(_, 0)) => Ok(()),
        Ok(how) => Err(io::Error::other(format!(
            "the run was not watched to its end: {how:?}"
        ))),
        Err(error) => Err(error.into()),
    }
}
