//! Ctrl-C, and the system's word to end: heard here, they do not end the tool.

use std::fmt;
use std::time::Duration;

use anyhow::Result;

/// Who has been told to end, and waits for something that cannot be let go of, ends anyway after this time.
const GRACE: Duration = Duration::from_millis(500);

/// That the tool was told to end before it was done, and by which signal. Nobody is told what they have asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Interrupted(pub(crate) &'static str);

impl Interrupted {
    /// The exit code by which that is known: 128 and the number of the signal.
    pub(crate) fn code(self) -> u8 {
        let number = match self.0 {
            "HUP" => 1,
            "TERM" => 15,
            _ => 2,
        };
        128 + number
    }
}

impl fmt::Display for Interrupted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ended by SIG{}", self.0)
    }
}

impl std::error::Error for Interrupted {}

/// Does some work, unless the tool is told to end before that is done: then it is let go of, with all that it has started.
///
/// # Errors
/// Those of the work, and [`Interrupted`].
pub(crate) async fn unless_told<T>(work: impl Future<Output = Result<T>>) -> Result<T> {
    let mut interrupts = Interrupts::listen()?;
    let mut others = Interrupts::listen()?;
    // Work that asks somebody, or computes, lets go of nothing.
    let watch = tokio::spawn(async move {
        let interrupted = Interrupted(others.next().await);
        let _ = tokio::time::timeout(GRACE, others.next()).await;
        std::process::exit(interrupted.code().into());
    });
    let done = tokio::select! {
        done = work => done,
        name = interrupts.next() => Err(Interrupted(name).into()),
    };
    if !matches!(&done, Err(error) if error.is::<Interrupted>()) {
        watch.abort();
    }
    done
}

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
