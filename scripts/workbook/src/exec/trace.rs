//! Any program, run under a shim as it would run without: in this folder, with this environment and what is typed here.

use std::io::{ErrorKind, Read};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use workbook_shim::protocol::Job;

use crate::exec::interrupts::Interrupts;
use crate::exec::runner::{LINE_LIMIT, News, Outcome, PassedOn, TIMELINE, run_job};
use crate::model::timeline::Lane;
use crate::terminal::{complain, leave_to_others};

/// Seconds for which a program runs to whom nobody has given a deadline: a year.
const WITHOUT_DEADLINE: f64 = 365.0 * 24.0 * 3600.0;
/// How long a program may take to end after Ctrl-C.
const GRACE: Duration = Duration::from_secs(5);
/// Bytes of input that are passed on at once.
const PIECE: usize = 16 << 10;
/// A terminal that another program has for now is asked again so much later.
#[cfg(unix)]
const ASK_AGAIN: Duration = Duration::from_secs(1);

/// What is to be run.
#[derive(Debug)]
pub(crate) struct Traced {
    pub(crate) program: String,
    pub(crate) args: Vec<String>,
    /// Seconds.
    pub(crate) deadline: Option<f64>,
}

/// What was seen.
#[derive(Debug)]
pub(crate) struct Seen {
    /// Without its timeline.
    pub(crate) outcome: Outcome,
    pub(crate) timeline: Result<Vec<Lane>>,
    /// Whether somebody has asked it to end.
    pub(crate) is_interrupted: bool,
}

/// Runs it, and tells `handle` what it shows. Ctrl-C is passed on; where the program has not ended some seconds later,
/// or at the second one, it is ended.
///
/// # Errors
/// Where it cannot be started.
pub(crate) async fn trace(
    shim: &Path,
    traced: &Traced,
    handle: impl FnMut(News<'_>),
) -> Result<Seen> {
    let home = tempfile::Builder::new()
        .prefix("workbook-trace-")
        .tempdir()
        .context("failed to make a folder for the timeline")?;
    let folder = std::env::current_dir().context("failed to find this folder")?;
    // What is not UTF-8 has no place in a job.
    let environment = std::env::vars_os()
        .filter_map(|(key, value)| Some((key.into_string().ok()?, value.into_string().ok()?)))
        .filter(|(key, _)| key != TIMELINE);
    let job = Job {
        program: traced.program.clone(),
        args: traced.args.clone(),
        folder: folder.display().to_string(),
        environment: environment.collect(),
        deadline: traced.deadline.unwrap_or(WITHOUT_DEADLINE),
        // Whoever started it wants it to run. Of what it prints, only so many lines are kept.
        output_limit: usize::MAX,
        line_limit: LINE_LIMIT,
        memory_limit: u64::MAX,
        signal: None,
        input: true,
    };
    let stop = CancellationToken::new();
    let (tell, signals) = mpsc::channel(4);
    let passed_on = PassedOn {
        input: Some(read_input()?),
        signals: Some(signals),
    };
    let is_interrupted = Arc::new(AtomicBool::new(false));
    let interrupts = Interrupts::listen()?;
    let passes = pass_on(interrupts, tell, stop.clone(), is_interrupted.clone());
    let passes = tokio::spawn(passes);
    let same = |text| text;
    let run = run_job(shim, job, home.path(), passed_on, same, &stop, handle).await;
    passes.abort();
    let (outcome, timeline) = run?;
    Ok(Seen {
        outcome,
        timeline,
        is_interrupted: is_interrupted.load(Ordering::Relaxed),
    })
}

/// Tells the program of the first interrupt, and has it ended at the second, or when it takes too long.
async fn pass_on(
    mut interrupts: Interrupts,
    tell: mpsc::Sender<&'static str>,
    stop: CancellationToken,
    is_interrupted: Arc<AtomicBool>,
) {
    let name = interrupts.next().await;
    is_interrupted.store(true, Ordering::Relaxed);
    complain!("ending the program; Ctrl-C again ends it at once");
    if cfg!(unix) && tell.send(name).await.is_ok() {
        let _ = tokio::time::timeout(GRACE, interrupts.next()).await;
    }
    stop.cancel();
}

/// What is typed here or comes through a pipe, as long as somebody takes it.
fn read_input() -> Result<mpsc::Receiver<Vec<u8>>> {
    // One that waits, and one that the program may be about to read.
    let (give, taken) = mpsc::channel(1);
    let read = move || {
        leave_to_others();
        let mut stdin = std::io::stdin().lock();
        let mut bytes = vec![0; PIECE];
        loop {
            match stdin.read(&mut bytes) {
                Ok(0) => return,
                Ok(read) => {
                    if give.blocking_send(bytes[..read].to_vec()).is_err() {
                        return;
                    }
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                // EIO: in the background of a terminal.
                #[cfg(unix)]
                Err(error) if error.raw_os_error() == Some(nix::libc::EIO) => {
                    thread::sleep(ASK_AGAIN);
                }
                Err(_) => return,
            }
        }
    };
    // It ends with the process: nothing ends a thread that waits for a key.
    let spawned = thread::Builder::new().spawn(read);
    spawned.context("failed to start a thread that reads the input")?;
    Ok(taken)
}
