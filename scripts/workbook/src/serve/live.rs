//! One run that a reader asked for, from the request to its end.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use axum::http::StatusCode;
use tokio::sync::{OnceCell, oneshot};

use super::builds::{Build, Builds};
use super::edit::{self, Aim, Compiled};
use super::events::{self, End, Event, Failure, Refusal, Remark, Wait};
use super::queue::{Permit, Queue};
use super::runs::{Begun, MAY_WAIT, Phase, Runs, Teller};
use crate::claim::{Metric, Verdict};
use crate::compile::Opinion;
use crate::figure;
use crate::house::House;
use crate::library::Library;
use crate::normal::Scrubber;
use crate::record;
use crate::recording::{Ending, Recording};
use crate::runner::{self, News, Outcome, Task};
use crate::snippet::{Kind, Snippet};
use crate::timeline::{self, Lane};

/// The timeline of a run that goes on is drawn so often at most.
const DRAW_EVERY: Duration = Duration::from_millis(150);
/// Of a timeline of more bytes only the last picture is drawn.
const DRAW_BYTES: u64 = 8 << 20;

/// Everything that a run needs.
#[derive(Debug)]
pub(crate) struct Live {
    pub(crate) house: House,
    pub(crate) builds: Builds,
    pub(crate) queue: Queue,
    pub(crate) runs: Runs,
    scrubber: Scrubber,
    shim: OnceCell<PathBuf>,
}

/// What a reader wants to have run.
#[derive(Debug, Clone)]
pub(crate) struct Wanted {
    /// `CHAPTER/NAME`
    pub(crate) snippet: String,
    /// The program as the reader has changed it.
    pub(crate) source: Option<String>,
}

/// When a run has begun, and what it is.
#[derive(Debug)]
struct Start {
    /// Seconds since 1970.
    at: f64,
    process: u32,
    timeline: PathBuf,
}

impl Live {
    pub(crate) fn new(house: &House, slots: usize, locked: bool) -> Self {
        Self {
            house: house.clone(),
            builds: Builds::new(locked),
            queue: Queue::new(slots),
            runs: Runs::default(),
            scrubber: Scrubber::new(house.root()),
            shim: OnceCell::new(),
        }
    }

    /// Begins a run, and gives its id.
    ///
    /// # Errors
    /// Where there is no such snippet, it cannot run here, or too many wait.
    pub(crate) async fn begin(self: Arc<Self>, wanted: Wanted) -> Result<String, Refusal> {
        let library = self.builds.library().await;
        let Some(snippet) = library.snippet(&wanted.snippet) else {
            let (error, help) = library.unknown(&wanted.snippet);
            return Err(Refusal::new(StatusCode::NOT_FOUND, error, help));
        };
        if !snippet.runs_here() {
            let error = format!("`{}` does not run on this system", wanted.snippet);
            let help = format!("it runs on {}", snippet.spec.platforms.join(", "));
            return Err(Refusal::new(StatusCode::UNPROCESSABLE_ENTITY, error, help));
        }
        let begun = self.runs.begin().map_err(|error| {
            let help = "look into the terminal of `cargo workbook serve`";
            let error = format!("{error:#}");
            Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, error, help)
        })?;
        let Some(begun) = begun else {
            let error = format!("{MAY_WAIT} runs wait already");
            let help = "try again in a moment";
            return Err(Refusal::new(StatusCode::SERVICE_UNAVAILABLE, error, help));
        };
        let id = begun.id.clone();
        let live = self.clone();
        tokio::spawn(async move {
            live.attend(&wanted, &begun).await;
            live.runs.now(&begun.id, Phase::Ended);
        });
        Ok(id)
    }

    async fn attend(&self, wanted: &Wanted, begun: &Begun) {
        let last = match self.go(wanted, begun).await {
            Ok(end) => Event::End(Box::new(end)),
            Err(failure) => Event::Failed(failure),
        };
        // A reader who has left does not hear it.
        begun.tell.tell(last);
    }

    /// Waits for its turn, compiles what has to be, and runs.
    async fn go(&self, wanted: &Wanted, begun: &Begun) -> Result<End, Failure> {
        let turn = tokio::select! {
            biased;
            () = begun.stop.cancelled() => return Ok(End::stopped()),
            turn = self.turn(&wanted.snippet, &begun.tell) => turn?,
        };
        self.runs.now(&begun.id, Phase::Runs);
        let build = &turn.build;
        let snippet = find(&build.library, &wanted.snippet)?;
        let edited = wanted.source.as_deref();
        if edited.is_none() && snippet.kind != Kind::CompileFail {
            let program = build.built.programs.get(&wanted.snippet);
            let program = program.ok_or_else(|| build.why_not(snippet, &self.scrubber))?;
            let outcome = self.run(snippet, program, begun).await?;
            let library = self.builds.library().await;
            let end = self.end(&library, snippet, &outcome, &begun.id);
            let claims = claims(&library, snippet, &outcome);
            return Ok(End { claims, ..end });
        }
        let Some(compiled) = self.compile(build, snippet, edited, begun).await? else {
            return Ok(End::stopped());
        };
        let remarks = edit::remarks(&compiled.opinion, snippet, &self.scrubber);
        if edited.is_none() {
            return Ok(self.refused(snippet, &compiled.opinion, remarks));
        }
        let end = if compiled.opinion.accepted {
            let outcome = self.run(snippet, &compiled.program, begun).await?;
            let library = self.builds.library().await;
            self.end(&library, snippet, &outcome, &begun.id)
        } else {
            of_ending(&compiled.opinion.ending(), snippet)
        };
        Ok(End {
            compiler: remarks,
            ..end
        })
    }

    /// Waits until the program is built and a slot is free.
    async fn turn(&self, id: &str, tell: &Teller) -> Result<Turn<'_>, Failure> {
        let waits = |wait| tell.tell(Event::Queued(wait));
        let waits_for_build = |text| waits(Wait::Build { text });
        loop {
            let library = self.builds.library().await;
            let snippet = find(&library, id)?;
            let build = self.builds.ready(snippet, waits_for_build).await?;
            // As the manifest was when it was built.
            let alone = find(&build.library, id)?.spec.alone;
            let quiet = match alone {
                true => Some(self.builds.quiet(waits_for_build).await),
                false => None,
            };
            let permit = self.queue.enter(alone, |it| {
                waits(Wait::Slot {
                    place: it.place,
                    of: it.of,
                });
            });
            let permit = permit.await;
            // Files may have been saved while it waited for its turn.
            if self.builds.is_fresh(snippet, &build) {
                return Ok(Turn {
                    build,
                    _permit: permit,
                    _quiet: quiet,
                });
            }
        }
    }

    /// Has a program compiled, with this text where it is edited. None where the reader has stopped that.
    async fn compile(
        &self,
        build: &Build,
        snippet: &Snippet,
        edited: Option<&str>,
        begun: &Begun,
    ) -> Result<Option<Compiled>, Failure> {
        if build.built.has_no_libraries() && build.library.has_dependencies(snippet) {
            return Err(build.why_not(snippet, &self.scrubber));
        }
        begun.tell.tell(Event::Compiling {});
        let aim = if edited.is_some() {
            Aim::Program
        } else {
            Aim::Words
        };
        let shim = self.shim().await?;
        let compiled = edit::compile(shim, build, snippet, edited, aim, &begun.stop).await;
        compiled.map_err(|error| {
            let error = self.scrubber.scrub(&format!("{error:#}"));
            Failure::new(
                error,
                "mend the program, or bring the original back with Reset",
            )
        })
    }

    async fn run(
        &self,
        snippet: &Snippet,
        program: &Path,
        begun: &Begun,
    ) -> Result<Outcome, Failure> {
        let shim = self.shim().await?;
        let library = self.builds.library().await;
        let recorded = library.recording(&snippet.id());
        let recorded_wall = recorded.and_then(|it| it.figures.wall).unwrap_or_default();
        let task = Task {
            snippet,
            program: program.display().to_string(),
            expected: recorded_wall,
        };
        let (started, start) = oneshot::channel();
        let mut started = Some(started);
        let heed = |news: News<'_>| match news {
            News::Began {
                at,
                process,
                timeline,
            } => {
                let timeline = timeline.to_owned();
                begun.tell.tell(Event::Start {});
                if let Some(started) = started.take() {
                    let _ = started.send(Start {
                        at,
                        process,
                        timeline,
                    });
                }
            }
            News::Line(line) => begun.tell.tell(Event::Line(line.clone())),
            News::Cut(lines) => begun.tell.tell(Event::Cut { lines }),
        };
        let run = runner::run(
            self.house.root(),
            shim,
            &task,
            &self.scrubber,
            &begun.stop,
            heed,
        );
        let title = &snippet.spec.about;
        let drawing = draw(start, &begun.tell, title, recorded_wall, &begun.id);
        let outcome = tokio::select! {
            outcome = run => outcome,
            never = drawing => match never {},
        };
        outcome.map_err(|error| {
            let help = format!("see what `{}` says in a terminal", snippet.command());
            Failure::new(self.scrubber.scrub(&format!("{error:#}")), help)
        })
    }

    /// What is said at the end of a run, but for claims.
    fn end(&self, library: &Library, snippet: &Snippet, outcome: &Outcome, id: &str) -> End {
        let recorded = library.recording(&snippet.id());
        let recorded_wall = recorded.and_then(|it| it.figures.wall).unwrap_or_default();
        let stopped = match outcome.ending {
            _ if outcome.abandoned => None,
            Ending::Hang => Some(false),
            Ending::Spins => Some(true),
            _ => None,
        };
        let wall = outcome.figures.wall.unwrap_or_default();
        let svg = (!outcome.timeline.is_empty()).then(|| {
            let title = &snippet.spec.about;
            picture(title, &outcome.timeline, wall, stopped, recorded_wall, id)
        });
        let end = if outcome.abandoned {
            End::stopped()
        } else {
            of_ending(&outcome.ending, snippet)
        };
        End {
            figures: figures(recorded, outcome),
            svg,
            ..end
        }
    }

    /// What is said of a program that must not compile.
    fn refused(&self, snippet: &Snippet, opinion: &Opinion, remarks: Vec<Remark>) -> End {
        let failure = snippet.spec.fails.as_ref();
        let verdict = opinion.verdict(failure, &self.scrubber);
        let end = match &verdict {
            Verdict::Held => of_ending(&snippet.expected_ending(), snippet),
            _ if !opinion.accepted => of_ending(&opinion.ending(), snippet),
            _ => End {
                ending: "compiles".to_owned(),
                words: "compiles, and must not".to_owned(),
                ..End::default()
            },
        };
        let claim = failure.map(|failure| events::Claim::new(format!("fails {failure}"), verdict));
        End {
            claims: claim.into_iter().collect(),
            compiler: remarks,
            ..end
        }
    }

    /// The shim, which is built for the first run where it is not there.
    pub(crate) async fn shim(&self) -> Result<&Path, Failure> {
        let found = self.shim.get_or_try_init(|| async {
            let locked = self.builds.locked();
            let found = tokio::task::spawn_blocking(move || runner::find_shim(locked)).await;
            found.unwrap_or_else(|error| Err(error.into()))
        });
        found.await.map(PathBuf::as_path).map_err(|error| {
            let help = "look into the terminal of `cargo workbook serve`";
            Failure::new(format!("{error:#}"), help)
        })
    }
}

/// The right to run now, and what to run.
#[derive(Debug)]
struct Turn<'a> {
    build: Arc<Build>,
    _permit: Permit,
    _quiet: Option<tokio::sync::MutexGuard<'a, ()>>,
}

fn find<'a>(library: &'a Library, id: &str) -> Result<&'a Snippet, Failure> {
    library.snippet(id).ok_or_else(|| {
        let (error, help) = library.unknown(id);
        Failure::new(error, help)
    })
}

/// Draws the timeline of a run while it goes on, without end.
async fn draw(
    start: oneshot::Receiver<Start>,
    tell: &Teller,
    title: &str,
    recorded_wall: f64,
    id: &str,
) -> std::convert::Infallible {
    let Ok(start) = start.await else {
        return std::future::pending().await;
    };
    let start = Arc::new(start);
    let mut ticks = tokio::time::interval(DRAW_EVERY);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut drawn = Drawn::default();
    loop {
        ticks.tick().await;
        let (start, title, id) = (start.clone(), title.to_owned(), id.to_owned());
        // Reading and drawing a thousand lanes takes a while.
        let picture = tokio::task::spawn_blocking(move || {
            let svg = drawn.again(&start, &title, recorded_wall, &id);
            (drawn, svg)
        });
        let svg;
        (drawn, svg) = picture.await.unwrap_or_default();
        if let Some(svg) = svg {
            tell.tell(Event::Lane { svg });
        }
    }
}

/// What the last picture was drawn from.
#[derive(Debug, Default)]
struct Drawn {
    bytes: u64,
    /// Whether a poll was open in it.
    open: bool,
    /// Seconds of CPU that the program had used, and when that was, in seconds since 1970.
    cpu: Option<(f64, f64)>,
}

impl Drawn {
    /// The picture as it is now, if it is another.
    fn again(
        &mut self,
        start: &Start,
        title: &str,
        recorded_wall: f64,
        id: &str,
    ) -> Option<String> {
        let now = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .ok()?
            .as_secs_f64();
        let cpu = cpu_of(start.process);
        let before = self.cpu;
        self.cpu = cpu.map(|cpu| (cpu, now));
        let bytes = start.timeline.metadata().ok()?.len();
        if bytes > DRAW_BYTES || (bytes == self.bytes && !self.open) {
            return None;
        }
        self.bytes = bytes;
        let text = std::fs::read_to_string(&start.timeline).ok()?;
        let wall = (now - start.at).max(0.0);
        let mut lanes = timeline::parse(&text, start.at, wall).ok()?;
        let computes = before.zip(cpu).is_some_and(|((cpu, then), now_cpu)| {
            // More than half a core since the last picture.
            now_cpu - cpu > (now - then) / 2.0
        });
        self.open = timeline::close_open(&mut lanes, wall, computes);
        Some(picture(title, &lanes, wall, None, recorded_wall, id))
    }
}

/// Seconds of CPU that a process has used. Nothing where there is no `/proc`.
fn cpu_of(process: u32) -> Option<f64> {
    let text = std::fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    // The second field is the program's name in parentheses, which may hold anything. The times are the
    // 14th and the 15th, in hundredths of a second on every Linux that there is: see proc_pid_stat(5).
    let (_, rest) = text.rsplit_once(") ")?;
    let mut fields = rest.split(' ').skip(14 - 3);
    let mut ticks = || fields.next()?.parse::<f64>().ok();
    Some((ticks()? + ticks()?) / 100.0)
}

fn picture(
    title: &str,
    lanes: &[Lane],
    wall: f64,
    stopped: Option<bool>,
    recorded_wall: f64,
    id: &str,
) -> String {
    let run = figure::Run {
        heading: "",
        lanes,
        wall,
        stopped,
    };
    // The id stands in an attribute; the beginning of it is enough to be unique on a page.
    let id = format!("run-{}", &id[..8]);
    figure::svg_until(title, &[run], &id, recorded_wall)
}

/// An end of which nothing but the ending is known.
fn of_ending(ending: &Ending, snippet: &Snippet) -> End {
    End {
        ending: ending.to_string(),
        words: ending.words(snippet.spec.deadline),
        ..End::default()
    }
}

/// What the run shows of what its manifest claims.
fn claims(library: &Library, snippet: &Snippet, outcome: &Outcome) -> Vec<events::Claim> {
    if outcome.abandoned {
        return Vec::new();
    }
    let recorded = library.recording(&snippet.id());
    record::verdicts(snippet, outcome.seen(), &[], library, recorded)
        .into_iter()
        .map(|(claim, verdict)| events::Claim::new(claim.text.clone(), verdict))
        .collect()
}

fn figures(recorded: Option<&Recording>, outcome: &Outcome) -> Vec<events::Figure> {
    let named = [
        ("wall", Metric::Wall),
        ("CPU", Metric::Cpu),
        ("memory", Metric::MaxRss),
        ("threads", Metric::Threads),
    ];
    let figure = |(name, metric): (&'static str, Metric)| events::Figure {
        name,
        recorded: recorded
            .and_then(|it| metric.of(it.seen()))
            .map(|it| metric.show(it)),
        now: metric.of(outcome.seen()).map(|it| metric.show(it)),
    };
    named.map(figure).into()
}
