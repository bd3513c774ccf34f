//! One run that a reader asked for, from the request to its end.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use axum::http::StatusCode;
use tokio::sync::{MutexGuard, OnceCell, Semaphore, oneshot};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::book::house::House;
use crate::book::library::Library;
use crate::book::snippet::{Snippet, SnippetKind};
use crate::exec::runner::{self, News, Outcome, Task};
use crate::exec::shim::find_shim;
use crate::model::normal::Scrubber;
use crate::model::problem::Problem;
use crate::serve::builds::builder::Builds;
use crate::serve::builds::plan::Build;
use crate::serve::live::drawing::{self, Frame, Start};
use crate::serve::live::edit::{self, Aim, Compiled};
use crate::serve::live::ending;
use crate::serve::live::events::{RunEnd, RunEvent, Wait};
use crate::serve::live::queue::{Permit, Queue};
use crate::serve::live::registry::{Begun, MAY_WAIT, Phase, RunRegistry, Teller};
use crate::serve::refusal::Refusal;
use crate::serve::supervisor::caught;
use crate::terminal::complain;

/// Everything that a run needs.
#[derive(Debug)]
pub(crate) struct Live {
    pub(crate) house: House,
    pub(crate) builds: Builds,
    pub(crate) queue: Queue,
    pub(crate) runs: RunRegistry,
    /// What sees the runs through, a task each.
    tasks: TaskTracker,
    ending: CancellationToken,
    scrubber: Scrubber,
    shim: OnceCell<PathBuf>,
    /// Exercises that are tried at once: each compiles, and runs four tests.
    pub(crate) tries: Semaphore,
}

/// What a reader wants to have run.
#[derive(Debug, Clone)]
pub(crate) struct Wanted {
    /// `CHAPTER/NAME`
    pub(crate) snippet: String,
    /// The program as the reader has changed it.
    pub(crate) source: Option<String>,
}

/// The right to run now, and what to run.
#[derive(Debug)]
struct Turn<'a> {
    build: Arc<Build>,
    _permit: Permit,
    _quiet: Option<MutexGuard<'a, ()>>,
}

impl Live {
    pub(crate) fn new(
        house: &House,
        slots: usize,
        locked: bool,
        ending: CancellationToken,
    ) -> Self {
        Self {
            house: house.clone(),
            builds: Builds::new(locked),
            queue: Queue::new(slots),
            runs: RunRegistry::new(ending.clone()),
            tasks: TaskTracker::new(),
            ending,
            scrubber: house.scrubber(),
            shim: OnceCell::new(),
            tries: Semaphore::new(2),
        }
    }

    /// Begins a run, and gives its id.
    ///
    /// # Errors
    /// Where there is no such snippet, it cannot run here, or too many wait.
    pub(crate) async fn begin(self: Arc<Self>, wanted: Wanted) -> Result<String, Refusal> {
        let library = self.builds.library().await;
        let Some(snippet) = library.snippet(&wanted.snippet) else {
            let problem = library.unknown(&wanted.snippet);
            return Err(Refusal::of(StatusCode::NOT_FOUND, problem));
        };
        if let Some(why) = snippet.why_not_here() {
            let error = format!("`{}` does not run on this system", wanted.snippet);
            let help = format!("it {why}");
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
        let (live, unopened) = (self.clone(), id.clone());
        self.tasks.spawn(async move {
            let forgotten = live.runs.forget_unopened_in_time(&unopened);
            tokio::join!(live.attend(&wanted, begun), forgotten);
        });
        Ok(id)
    }

    /// Waits until no run is left. None may begin any more.
    pub(crate) async fn runs_are_over(&self) {
        self.tasks.close();
        self.tasks.wait().await;
    }

    /// Sees a run through, tells its end, and closes its stream with that.
    async fn attend(&self, wanted: &Wanted, begun: Begun) {
        let mut last = last_event(&wanted.snippet, self.go(wanted, &begun)).await;
        if self.ending.is_cancelled() {
            last = RunEvent::Failed(server_was_ended());
        }
        // A reader who has left does not hear it.
        begun.tell.tell(last);
        self.runs.now(&begun.id, Phase::Ended);
    }

    /// Waits for its turn, compiles what has to be, and runs.
    async fn go(&self, wanted: &Wanted, begun: &Begun) -> Result<RunEnd, Problem> {
        let turn = tokio::select! {
            biased;
            () = begun.stop.cancelled() => return Ok(RunEnd::stopped()),
            turn = self.turn(&wanted.snippet, &begun.tell) => turn?,
        };
        self.runs.now(&begun.id, Phase::Runs);
        let build = &turn.build;
        let snippet = find(&build.library, &wanted.snippet)?;
        let edited = wanted.source.as_deref();
        if edited.is_none() && snippet.kind != SnippetKind::CompileFail {
            let program = build.built.programs.get(&wanted.snippet);
            let program = program.ok_or_else(|| build.why_not(snippet, &self.scrubber))?;
            let (library, end, outcome) = self.run(snippet, false, program, begun).await?;
            // What it printed is looked at line by line, for each claim.
            let claims =
                tokio::task::block_in_place(|| ending::claims(&library, snippet, &outcome));
            return Ok(RunEnd { claims, ..end });
        }
        let Some(compiled) = self.compile(build, snippet, edited, begun).await? else {
            return Ok(RunEnd::stopped());
        };
        let report = &compiled.report;
        if edited.is_none() {
            let end = || ending::of_refusal(snippet, report, &self.scrubber);
            return Ok(tokio::task::block_in_place(end));
        }
        let end = if report.accepted {
            self.run(snippet, true, &compiled.program, begun).await?.1
        } else {
            ending::of_mistake(snippet, report)
        };
        let compiler =
            tokio::task::block_in_place(|| edit::remarks(report, &snippet.source, &self.scrubber));
        Ok(RunEnd { compiler, ..end })
    }

    /// Waits until the program is built and a slot is free.
    async fn turn(&self, id: &str, tell: &Teller) -> Result<Turn<'_>, Problem> {
        let waits = |wait| tell.tell(RunEvent::Queued(wait));
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
        build: &Arc<Build>,
        snippet: &Snippet,
        edited: Option<&str>,
        begun: &Begun,
    ) -> Result<Option<Compiled>, Problem> {
        if build.built.has_no_libraries() && build.library.has_dependencies(snippet) {
            return Err(build.why_not(snippet, &self.scrubber));
        }
        begun.tell.tell(RunEvent::Compiling {});
        let aim = if edited.is_some() {
            Aim::Program
        } else {
            Aim::Words
        };
        let shim = self.shim().await?;
        let compiled = edit::compile(shim, build, snippet, edited, aim, &begun.stop).await;
        compiled.map_err(|error| {
            let error = self.scrubber.scrub(&format!("{error:#}"));
            Problem::nowhere(
                error,
                "mend the program, or bring the original back with Reset",
            )
        })
    }

    /// Runs a program, and gives the library that its end was told from.
    async fn run(
        &self,
        snippet: &Snippet,
        edited: bool,
        program: &Path,
        begun: &Begun,
    ) -> Result<(Arc<Library>, RunEnd, Outcome), Problem> {
        let shim = self.shim().await?;
        let library = self.builds.library().await;
        let recorded = library.recording(&snippet.id());
        let frame = Arc::new(Frame::new(snippet, recorded, &begun.id));
        let task = Task {
            snippet,
            program: program.display().to_string(),
            expected: snippet.spec.deadline,
            environment: Vec::new(),
        };
        let (started, start) = oneshot::channel();
        let mut started = Some(started);
        let handle = |news: News<'_>| match news {
            News::Began {
                at,
                process,
                timeline,
            } => {
                begun.tell.tell(RunEvent::Start {});
                let timeline = timeline.to_owned();
                if let Some(started) = started.take() {
                    let _ = started.send(Start {
                        at,
                        process,
                        timeline,
                    });
                }
            }
            News::Line(line) => begun.tell.tell(RunEvent::Line(line.clone())),
            News::Cut(lines) => begun.tell.tell(RunEvent::Cut { lines }),
        };
        let run = runner::run(
            &self.house,
            shim,
            &task,
            &self.scrubber,
            &begun.stop,
            handle,
        );
        let outcome = tokio::select! {
            outcome = run => outcome,
            never = drawing::draw(start, frame.clone(), &begun.tell) => match never {},
        };
        let outcome = outcome.map_err(|error| {
            let help = format!("see what `{}` says in a terminal", snippet.command());
            Problem::nowhere(self.scrubber.scrub(&format!("{error:#}")), help)
        })?;
        let end = || ending::of_run(snippet, edited, &outcome, recorded, &frame);
        let end = tokio::task::block_in_place(end);
        Ok((library, end, outcome))
    }

    /// The shim, which is built for the first run where it is not there.
    pub(crate) async fn shim(&self) -> Result<&Path, Problem> {
        let locked = self.builds.locked();
        let found = tokio::select! {
            // Who builds it is ended with the server, and nobody begins anew.
            () = self.ending.cancelled() => return Err(server_was_ended()),
            found = self.shim.get_or_try_init(|| find_shim(locked)) => found,
        };
        found.map(PathBuf::as_path).map_err(|error| {
            let help = "look into the terminal of `cargo workbook serve`";
            Problem::nowhere(format!("{error:#}"), help)
        })
    }
}

fn server_was_ended() -> Problem {
    let help = "start `cargo workbook serve` again, and load the page anew";
    Problem::nowhere("the server was ended", help)
}

/// What the reader is told when a run is over, also where it is over because of a mistake in the tool.
async fn last_event(id: &str, run: impl Future<Output = Result<RunEnd, Problem>>) -> RunEvent {
    match caught(run).await {
        Ok(Ok(end)) => RunEvent::End(Box::new(end)),
        Ok(Err(failure)) => RunEvent::Failed(failure),
        Err(words) => {
            let error = format!("the run of `{id}` panicked: {words}");
            complain!("error: {error}\n  help: the server goes on; report these words");
            let help =
                "this is a mistake in the tool: report what its terminal says, and run it again";
            RunEvent::Failed(Problem::nowhere(error, help))
        }
    }
}

fn find<'a>(library: &'a Library, id: &str) -> Result<&'a Snippet, Problem> {
    library.snippet(id).ok_or_else(|| library.unknown(id))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_run_that_panics_tells_its_reader_and_frees_its_slot() {
        let queue = Queue::new(1);
        let run = async {
            let _permit = queue.enter(false, |_| {}).await;
            panic!("no water")
        };
        let RunEvent::Failed(failure) = last_event("tea/main", run).await else {
            panic!("it did not fail");
        };
        assert_eq!(failure.what, "the run of `tea/main` panicked: no water");
        assert!(!failure.help.is_empty());
        queue.enter(false, |_| panic!("the slot is taken")).await;
    }
}
