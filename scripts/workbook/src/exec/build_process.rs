//! A process that builds something: cargo. It ends, with all that it has started, when nobody waits for it any more.

use std::process::ExitStatus;

use anyhow::{Context, Result};
use tokio::process::{Child, ChildStderr, ChildStdout, Command};

/// A process in a group of its own: no key that is pressed in the terminal reaches it. Who drops the value ends it.
#[derive(Debug)]
pub(crate) struct BuildProcess {
    child: Child,
}

impl BuildProcess {
    /// # Errors
    /// Where it cannot be started.
    pub(crate) fn start(command: &mut Command) -> Result<Self> {
        command.kill_on_drop(true);
        #[cfg(unix)]
        command.process_group(0);
        let child = command.spawn().context("failed to start cargo")?;
        Ok(Self { child })
    }

    /// What it prints, where that is piped and nobody has taken it.
    pub(crate) fn stdout(&mut self) -> Result<ChildStdout> {
        let stdout = self.child.stdout.take();
        stdout.context("cargo has no standard output")
    }

    /// The same of standard error.
    pub(crate) fn stderr(&mut self) -> Option<ChildStderr> {
        self.child.stderr.take()
    }

    /// Waits until it has ended.
    ///
    /// # Errors
    /// Where the system does not tell.
    pub(crate) async fn end(mut self) -> Result<ExitStatus> {
        let status = self.child.wait().await;
        status.context("failed to wait for cargo")
    }
}

#[cfg(unix)]
impl Drop for BuildProcess {
    /// Where it has not ended by itself, the compilers that it has started go with it.
    fn drop(&mut self) {
        if let Some(id) = self.child.id() {
            use nix::sys::signal::{Signal, killpg};
            // Its group has its number. It may be at its end just now.
            let group = nix::unistd::Pid::from_raw(id.cast_signed());
            let _ = killpg(group, Signal::SIGTERM);
        }
    }
}
