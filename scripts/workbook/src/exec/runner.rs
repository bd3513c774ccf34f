//! Runs snippets: each through a shim of its own, those that wait side by side, those that measure alone.

use std::collections::VecDeque;
use std::fmt;
use std::io::ErrorKind;
use std::path::Path;
use std::pin::pin;
use std::process::Stdio;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use futures::StreamExt;
use futures::stream;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::process::{Child, ChildStdin, Command};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::book::house::House;
use crate::book::settings::ENVIRONMENT;
use crate::book::snippet::Snippet;
use crate::exec::remains::Remains;
use crate::exec::timeline_file;
use crate::model::normal::Scrubber;
use crate::model::printed;
use crate::model::run::{Cut, Ending, Figures, Line, Run};
use crate::model::timeline::{self, Lane};
use workbook_shim::proc::memory;
use workbook_shim::protocol::{Control, End, Event, Job, Stopped};

// part: many
/// How many runs that mostly wait go side by side.
const SIDE_BY_SIDE: usize = 16;
// end: many
/// Bytes of output after which a program is stopped: it would never end by itself. A million lines are fewer.
const OUTPUT_LIMIT: usize = 64 << 20;
/// Bytes after which a line of output is broken in two.
pub(crate) const LINE_LIMIT: usize = 4096;
/// Bytes of memory beyond which a program is stopped: four times what the largest of the book needs.
const MEMORY_LIMIT: u64 = 2 << 30;
/// A shim tells of the end so long after the deadline at the latest, or else it does not watch any more.
const LATE: Duration = Duration::from_secs(5);
/// And so long after it was told to stop.
const LATE_WHEN_STOPPED: Duration = Duration::from_millis(800);
/// The variable that says where a program writes its timeline: a file of each run's own.
pub(crate) const TIMELINE: &str = "WORKBOOK_TIMELINE";
/// Bytes of a timeline that are read: more than the library writes of a thousand busy lanes.
const TIMELINE_LIMIT: u64 = 128 << 20;
/// Of a long output the first and the last lines are kept.
const HEAD: usize = 200;
const TAIL: usize = 50;
/// A program that still runs at its deadline hangs below this share of a core, and spins above.
const IDLE: f64 = 0.05;

/// A run that is over.
#[derive(Debug, Clone)]
pub(crate) struct Outcome {
    pub(crate) run: Run,
    /// Whether it was ended because nobody wanted it any more.
    pub(crate) abandoned: bool,
}

/// What a run tells while it goes on.
#[derive(Debug)]
pub(crate) enum News<'a> {
    /// It has begun, and comes before all that it shows.
    Began {
        /// Seconds since 1970.
        at: f64,
        process: u32,
        /// The file that it writes its timeline to.
        timeline: &'a Path,
    },
    Line(&'a Line),
    /// So many lines of a long output are left out before those that follow.
    Cut(usize),
}

/// A program that is built and can be run.
#[derive(Debug, Clone)]
pub(crate) struct Task<'a> {
    pub(crate) snippet: &'a Snippet,
    pub(crate) program: String,
    /// About how many seconds it will take.
    pub(crate) expected: f64,
    /// Variables that it has beyond those of every run.
    pub(crate) environment: Vec<(String, String)>,
}

/// Runs all tasks and hands each outcome to `done` as it comes.
pub(crate) async fn run_all<'a>(
    house: &House,
    shim: &Path,
    tasks: Vec<Task<'a>>,
    mut done: impl FnMut(&'a Snippet, Result<Outcome>),
) {
    let scrubber = Arc::new(house.scrubber());
    let (alone, mut waiting): (Vec<_>, Vec<_>) =
        tasks.into_iter().partition(|task| task.snippet.spec.alone);
    // The longest first, so that none is left over at the end.
    waiting.sort_by(|a, b| b.expected.total_cmp(&a.expected));
    let run = |task: Task<'a>| {
        let scrubber = scrubber.clone();
        async move {
            let (never, unheard) = (CancellationToken::new(), |_: News<'_>| {});
            let outcome = run(house, shim, &task, &scrubber, &never, unheard).await;
            let id = task.snippet.id();
            (
                task.snippet,
                outcome.with_context(|| format!("failed to run `{id}`")),
            )
        }
    };
    // part: all
    let waiting: Vec<_> = waiting.into_iter().map(run).collect();
    let mut runs = stream::iter(waiting).buffer_unordered(SIDE_BY_SIDE);
    while let Some((snippet, outcome)) = runs.next().await {
        done(snippet, outcome);
    }
    for task in alone {
        let (snippet, outcome) = run(task).await;
        done(snippet, outcome);
    }
    // end: all
}

/// Runs one program through a shim, and tells `handle` what it shows while it goes on. Once `stop` is cancelled,
/// the program is ended with all that it started.
///
/// # Errors
/// Where it cannot be started, or has written a timeline that cannot be read.
pub(crate) async fn run(
    house: &House,
    shim: &Path,
    task: &Task<'_>,
    scrubber: &Scrubber,
    stop: &CancellationToken,
    handle: impl FnMut(News<'_>),
) -> Result<Outcome> {
    let spec = &task.snippet.spec;
    let mut environment = environment();
    environment.extend(task.environment.iter().cloned());
    let job = Job {
        program: task.program.clone(),
        args: spec.args.clone(),
        folder: house.root().display().to_string(),
        environment,
        deadline: spec.deadline,
        output_limit: OUTPUT_LIMIT,
        line_limit: LINE_LIMIT,
        memory_limit: at_most_half(MEMORY_LIMIT),
        signal: spec.signal.clone(),
        input: false,
    };
    let scrub = |text: String| scrubber.scrub(&text);
    let passed_on = PassedOn::default();
    // Inside the clone: a program that prints its environment tells no folder of this machine.
    let run = run_job(shim, job, house.home()?, passed_on, scrub, stop, handle);
    let (mut outcome, timeline) = run.await?;
    outcome.run.timeline = timeline?;
    Ok(outcome)
}

/// Has a shim do a job, with a file for its timeline in a folder of its own in `home`, and makes a run of what it tells:
/// one without its timeline, and that. `scrub` has the last word on each line.
///
/// # Errors
/// Where it cannot be started.
pub(crate) async fn run_job(
    shim: &Path,
    mut job: Job,
    home: &Path,
    passed_on: PassedOn,
    scrub: impl Fn(String) -> String,
    stop: &CancellationToken,
    mut handle: impl FnMut(News<'_>),
) -> Result<(Outcome, Result<Vec<Lane>>)> {
    // A folder of its own: what the program puts in the file's place goes with it.
    let make = || {
        std::fs::create_dir_all(home)?;
        tempfile::Builder::new().prefix("run-").tempdir_in(home)
    };
    let folder = make().context("failed to make a folder for the timeline")?;
    let events_file = folder.path().join("timeline");
    std::fs::write(&events_file, "").context("failed to make a file for the timeline")?;
    let place = events_file.display().to_string();
    job.environment.push((TIMELINE.to_owned(), place));
    let mut kept = HeadAndTail::default();
    let end = drive(shim, &job, passed_on, stop, |event| match event {
        Event::Began { at, process } => handle(News::Began {
            at,
            process,
            timeline: &events_file,
        }),
        Event::Line { t, stream, text } => {
            let text = scrub(printed::as_it_stands(&text));
            let line = Line { t, stream, text };
            handle(News::Line(&line));
            kept.push(line);
        }
        Event::Cut(lines) => {
            handle(News::Cut(lines));
            kept.cut += lines;
        }
        Event::Taken | Event::End(_) | Event::Failed(_) => {}
    })
    .await?;
    let (mut lines, cut) = kept.finish();
    not_after(&mut lines, end.figures.wall);
    let wall = end.figures.wall.unwrap_or_default();
    let began = end.began;
    let read = move || -> Result<_> {
        // Kept until it is read.
        let _folder = folder;
        let told = read_timeline(&events_file)?;
        timeline::parse(&told, began, wall)
            .map_err(|error| anyhow::anyhow!("failed to read the timeline: {error}"))
    };
    // part: read
    // Off the workers: there may be much of it.
    let timeline = tokio::task::spawn_blocking(read).await?;
    // end: read
    let timeline = match timeline {
        // Nobody waits for it, and the program may have been stopped before it had one.
        Err(_) if end.stopped == Some(Stopped::Abandoned) => Ok(Vec::new()),
        timeline => timeline,
    };
    let outcome = Outcome {
        abandoned: end.stopped == Some(Stopped::Abandoned),
        run: Run {
            ending: ending(&end),
            figures: end.figures,
            lines,
            cut,
            timeline: Vec::new(),
            left_behind: end.left_behind,
        },
    };
    Ok((outcome, timeline))
}

/// The shim stamps a line when it has read it, and may read the last ones after the program has ended: no program prints
/// later than that.
fn not_after(lines: &mut [Line], wall: Option<f64>) {
    for line in lines {
        line.t = line.t.min(wall.unwrap_or(f64::MAX));
    }
}

/// What a program has written of its timeline.
///
/// # Errors
/// Where that is not all of it.
fn read_timeline(path: &Path) -> Result<String> {
    let told = match timeline_file::read(path, TIMELINE_LIMIT + 1) {
        // The program removes it where it cannot write it.
        Err(error) if error.kind() == ErrorKind::NotFound => {
            // The file stands in the run's folder, in the tool's own, in this one.
            let folder = path.ancestors().nth(3).unwrap_or(path).display();
            bail!("failed to write the whole timeline: see whether there is room in `{folder}`")
        }
        told => told.context("failed to read the timeline")?,
    };
    ensure!(
        told.len() as u64 <= TIMELINE_LIMIT,
        "the timeline has more than {} MiB: begin fewer lanes",
        TIMELINE_LIMIT >> 20
    );
    Ok(told)
}

/// Has a shim of its own do a job, and hands on what it tells. Once `stop` is cancelled, the shim ends the
/// program and all that it started. Where the shim comes to no end, or to one without a word, that is done here.
///
/// # Errors
/// Where the program cannot be started, or the shim dies.
pub(crate) async fn drive(
    shim: &Path,
    job: &Job,
    passed_on: PassedOn,
    stop: &CancellationToken,
    mut handle: impl FnMut(Event),
) -> Result<End> {
    let mut command = Command::new(shim);
    command.stdin(Stdio::piped()).stdout(Stdio::piped());
    // Not in our group: an interrupt from the keyboard must not kill the shim before it has cleaned up.
    #[cfg(unix)]
    command.process_group(0);
    let began = Instant::now();
    let mut shim = command.spawn().context("failed to start the shim")?;
    let of_run = |(key, _): &&(String, String)| key == TIMELINE;
    let mut remains = Remains {
        shim: shim.id(),
        program: None,
        mark: job.environment.iter().find(of_run).cloned(),
    };
    let handle = |event: Event| {
        if let Event::Began { process, .. } = event {
            remains.program = Some(process);
        }
        handle(event);
    };
    let followed = follow(&mut shim, job, passed_on, stop, handle).await;
    if matches!(followed, Ok(Some(_))) {
        let _ = shim.wait().await?;
    } else {
        tokio::task::spawn_blocking(move || remains.end()).await?;
    }
    match followed? {
        Some(end) => Ok(end),
        None if stop.is_cancelled() => Ok(End {
            began: 0.0,
            code: None,
            signal: None,
            stopped: Some(Stopped::Abandoned),
            late_cpu: None,
            figures: Figures {
                wall: Some(began.elapsed().as_secs_f64()),
                ..Figures::default()
            },
            left_behind: 0,
        }),
        None => {
            let status = shim.wait().await?;
            bail!(
                "the process that watched the program was ended or halted ({status}), perhaps by the program, which \
                 was stopped for that"
            )
        }
    }
}

/// Hands on what the shim tells, and gives the end that it tells of. None where it does not, in time.
async fn follow(
    shim: &mut Child,
    job: &Job,
    mut passed_on: PassedOn,
    stop: &CancellationToken,
    mut handle: impl FnMut(Event),
) -> Result<Option<End>> {
    // Held open until the run is over: when it closes, the shim ends the run.
    let mut lifeline = shim
        .stdin
        .take()
        .context("the shim has no standard input")?;
    say(&mut lifeline, job).await?;
    let mut lifeline = Some(lifeline);
    let stdout = shim
        .stdout
        .take()
        .context("the shim has no standard output")?;
    let mut events = BufReader::new(stdout).lines();
    // part: follow
    let in_time = Duration::from_secs_f64(job.deadline) + LATE;
    let mut late = pin!(tokio::time::sleep(in_time));
    let mut has_room = true;
    loop {
        let event = tokio::select! {
            event = events.next_line() => event?,
            () = stop.cancelled(), if lifeline.is_some() => {
                lifeline = None;
                late.as_mut().reset(tokio::time::Instant::now() + LATE_WHEN_STOPPED);
                continue;
            }
            () = &mut late => return Ok(None),
            control = passed_on.next(has_room), if lifeline.is_some() => {
                has_room &= !matches!(control, Control::Input(_));
                if let Some(lifeline) = &mut lifeline {
                    // Where nobody hears it, the end of the events tells of that.
                    let _ = say(lifeline, &control).await;
                }
                continue;
            }
        };
        let Some(event) = event else { return Ok(None) };
        match serde_json::from_str(&event)? {
            Event::End(end) => return Ok(Some(end)),
            Event::Failed(error) => bail!(NotStarted {
                program: job.program.clone(),
                error,
            }),
            Event::Taken => has_room = true,
            event => handle(event),
        }
    }
    // end: follow
}

/// Says a line to a shim.
async fn say(lifeline: &mut ChildStdin, what: &impl serde::Serialize) -> Result<()> {
    let mut text = serde_json::to_string(what)?;
    text.push('\n');
    Ok(lifeline.write_all(text.as_bytes()).await?)
}

/// What is passed on to a program while it runs.
#[derive(Debug, Default)]
pub(crate) struct PassedOn {
    /// What it reads. When the channel closes, that ends.
    pub(crate) input: Option<mpsc::Receiver<Vec<u8>>>,
    /// Names of signals.
    pub(crate) signals: Option<mpsc::Receiver<&'static str>>,
}

impl PassedOn {
    /// Waits for what comes next. Nothing that the program reads, unless it `has_room` for that.
    async fn next(&mut self, has_room: bool) -> Control {
        loop {
            tokio::select! {
                bytes = received(&mut self.input), if has_room => {
                    if bytes.is_none() {
                        self.input = None;
                    }
                    return Control::Input(bytes.unwrap_or_default());
                }
                name = received(&mut self.signals) => match name {
                    Some(name) => return Control::Signal(name.to_owned()),
                    None => self.signals = None,
                },
            }
        }
    }
}

/// Of no channel nothing is ever received.
async fn received<T>(from: &mut Option<mpsc::Receiver<T>>) -> Option<T> {
    match from {
        Some(from) => from.recv().await,
        None => std::future::pending().await,
    }
}

/// A program that could not be started.
#[derive(Debug)]
pub(crate) struct NotStarted {
    program: String,
    error: String,
}

impl fmt::Display for NotStarted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "failed to start `{}`: {}", self.program, self.error)
    }
}

impl std::error::Error for NotStarted {}

/// So many bytes of memory, or half of the machine's, where it has no more.
pub(crate) fn at_most_half(limit: u64) -> u64 {
    memory().map_or(limit, |all| limit.min(all / 2))
}

/// How a run ended, from what the shim saw. One that was abandoned ends as if its deadline had come.
fn ending(end: &End) -> Ending {
    match end.stopped {
        Some(Stopped::ForFlooding) => Ending::Floods,
        Some(Stopped::ForMemory) => Ending::Memory,
        Some(Stopped::AtDeadline | Stopped::Abandoned) => {
            let computes = end.late_cpu.is_some_and(|share| share > IDLE);
            if computes {
                Ending::Spins
            } else {
                Ending::Hang
            }
        }
        None => match (end.code, end.signal) {
            (Some(0), _) => Ending::Ok,
            (Some(101), _) => Ending::Panic,
            (Some(code), _) => Ending::Exit(code),
            (None, Some(signal)) => Ending::Signal(signal_name(signal)),
            (None, None) => Ending::Exit(-1),
        },
    }
}

#[cfg(unix)]
fn signal_name(number: i32) -> String {
    let name = nix::sys::signal::Signal::try_from(number)
        .map_or_else(|_| number.to_string(), |signal| signal.as_str().to_owned());
    name.trim_start_matches("SIG").to_owned()
}

#[cfg(not(unix))]
fn signal_name(number: i32) -> String {
    number.to_string()
}

/// The environment of every run: known, and the same on every machine but for where programs are.
fn environment() -> Vec<(String, String)> {
    let mut environment: Vec<_> = ENVIRONMENT
        .map(|(key, value)| (key.to_owned(), value.to_owned()))
        .into();
    // Windows' sockets and libraries need the second and third, and a program that calls cargo the last two,
    // where they are not in their usual places.
    for key in ["PATH", "SYSTEMROOT", "TEMP", "CARGO_HOME", "RUSTUP_HOME"] {
        if let Ok(value) = std::env::var(key) {
            environment.push((key.to_owned(), value));
        }
    }
    environment
}

/// The head and the tail of an output, however long it is.
#[derive(Debug, Default)]
struct HeadAndTail {
    head: Vec<Line>,
    tail: VecDeque<Line>,
    cut: usize,
}

impl HeadAndTail {
    fn push(&mut self, line: Line) {
        if self.head.len() < HEAD {
            self.head.push(line);
            return;
        }
        self.tail.push_back(line);
        if self.tail.len() > TAIL {
            self.tail.pop_front();
            self.cut += 1;
        }
    }

    fn finish(self) -> (Vec<Line>, Option<Cut>) {
        let after = self.head.len();
        let mut lines = self.head;
        lines.extend(self.tail);
        // Each pipe is in order, the two together nearly so.
        if self.cut == 0 {
            lines.sort_by(|a, b| a.t.total_cmp(&b.t));
        }
        let cut = (self.cut > 0).then_some(Cut {
            after,
            lines: self.cut,
        });
        (lines, cut)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::run::Stream;

    #[test]
    fn no_line_comes_after_the_end_of_its_run() {
        let mut lines = kept(3).0;
        not_after(&mut lines, None);
        assert_eq!(lines[2].t, 2.0);
        not_after(&mut lines, Some(1.5));
        let times: Vec<_> = lines.iter().map(|line| line.t).collect();
        assert_eq!(times, [0.0, 1.0, 1.5]);
    }

    fn kept(n: usize) -> (Vec<Line>, Option<Cut>) {
        let mut kept = HeadAndTail::default();
        for at in 0..n {
            kept.push(Line {
                t: at as f64,
                stream: Stream::Out,
                text: at.to_string(),
            });
        }
        kept.finish()
    }

    #[test]
    fn a_short_output_is_kept_whole() {
        let (lines, cut) = kept(HEAD + TAIL);
        assert_eq!(lines.len(), HEAD + TAIL);
        assert_eq!(cut, None);
    }

    #[test]
    fn a_long_output_keeps_head_and_tail_and_says_what_was_cut() {
        let (lines, cut) = kept(1000);
        assert_eq!(lines.len(), HEAD + TAIL);
        assert_eq!(
            cut,
            Some(Cut {
                after: HEAD,
                lines: 1000 - HEAD - TAIL
            })
        );
        assert_eq!(lines[HEAD - 1].text, "199");
        assert_eq!(lines[HEAD].text, "950");
        assert_eq!(lines.last().unwrap().text, "999");
    }

    #[test]
    fn hang_and_spin_are_told_apart_by_their_cpu() {
        let end = |stopped, late_cpu| End {
            began: 0.0,
            code: None,
            signal: Some(9),
            stopped,
            late_cpu,
            figures: Figures::default(),
            left_behind: 0,
        };
        assert_eq!(
            ending(&end(Some(Stopped::AtDeadline), Some(0.0))),
            Ending::Hang
        );
        assert_eq!(
            ending(&end(Some(Stopped::AtDeadline), Some(0.9))),
            Ending::Spins
        );
        assert_eq!(
            ending(&end(Some(Stopped::ForFlooding), Some(0.9))),
            Ending::Floods
        );
        #[cfg(unix)]
        assert_eq!(ending(&end(None, None)), Ending::Signal("KILL".into()));
    }
}
