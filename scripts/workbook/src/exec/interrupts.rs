//! Ctrl-C, and the system's word to end: heard here, they do not end the tool.

use anyhow::Result;

#[derive(Debug)]
pub(crate) struct Interrupts {
    #[cfg(unix)]
    key: tokio::signal::unix::Signal,
    #[cfg(unix)]
    told: tokio::signal::unix::Signal,
    /// That the terminal was closed, unless whoever started the tool has said that this is nothing to it: `nohup`.
    #[cfg(unix)]
    closed: Option<tokio::signal::unix::Signal>,
}

impl Interrupts {
    /// From now on they do not end the program.
    ///
    /// # Errors
    /// Where the system does not tell.
    #[cfg(unix)]
    pub(crate) fn listen() -> Result<Self> {
        use anyhow::Context;
        use tokio::signal::unix::{SignalKind, signal};
        let listen = |kind| signal(kind).context("failed to listen to the system's signals");
        Ok(Self {
            key: listen(SignalKind::interrupt())?,
            told: listen(SignalKind::terminate())?,
            closed: (!ignores_a_closed_terminal())
                .then(|| listen(SignalKind::hangup()))
                .transpose()?,
        })
    }

    #[cfg(not(unix))]
    pub(crate) fn listen() -> Result<Self> {
        Ok(Self {})
    }

    /// Waits for the next one, and gives its name.
    #[cfg(unix)]
    pub(crate) async fn next(&mut self) -> &'static str {
        let closed = async {
            match &mut self.closed {
                Some(closed) => closed.recv().await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            _ = self.key.recv() => "INT",
            _ = self.told.recv() => "TERM",
            _ = closed => "HUP",
        }
    }

    #[cfg(not(unix))]
    pub(crate) async fn next(&mut self) -> &'static str {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
        "INT"
    }
}

/// See proc_pid_status(5). Where there is no `/proc`, nobody knows, and the signal does what it does by itself.
#[cfg(unix)]
fn ignores_a_closed_terminal() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let ignored = ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    ignored.is_none_or(|mask| mask & 1 != 0)
}
