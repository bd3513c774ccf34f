//! A session: snippets that are built are run, each run becomes a recording in memory, and what shows what it must is
//! written.

use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::Result;

use crate::book::freshness::made_from;
use crate::book::library::Library;
use crate::book::lock::Lock;
use crate::book::settings::Settings;
use crate::book::snippet::{Snippet, SnippetKind};
use crate::exec::built::{self, Built};
use crate::exec::judge::Judge;
use crate::exec::progress::Steps;
use crate::exec::runner::{self, Outcome, Task};
use crate::exec::shim::find_shim;
use crate::exec::ties::{self, SourceHashes};
use crate::model::normal::Scrubber;
use crate::model::problem::Problem;
use crate::model::recording::{MadeOn, Recording, Source};
use crate::model::run::Run;
use crate::model::units::{self, seconds};

/// Programs that are built, and where their runs are made.
#[derive(Debug)]
pub(crate) struct Session<'a> {
    library: &'a Library,
    built: &'a Built,
    made_on: MadeOn,
    scrubber: Scrubber,
    /// As the build has left it.
    lock: Lock,
    settings: Settings,
}

/// What running snippets gave.
#[derive(Debug)]
pub(crate) struct Runs<'a> {
    pub(crate) recordings: Vec<(&'a Snippet, Recording)>,
    pub(crate) problems: Vec<Problem>,
    /// One line about how long it took.
    pub(crate) summary: String,
}

/// What came of recording snippets.
#[derive(Debug)]
pub(crate) struct Recorded {
    /// Recordings that are new, or not as they were.
    pub(crate) written: usize,
    unwritten: usize,
    summary: String,
    pub(crate) problems: Vec<Problem>,
}

/// How long the programs ran. All in seconds.
#[derive(Debug, Default)]
struct Took {
    overall: f64,
    /// Of those that may run side by side: the sum of their times.
    side_by_side: f64,
    /// Of those that run alone.
    alone: f64,
}

impl<'a> Session<'a> {
    /// # Errors
    /// Where the compiler cannot be run.
    pub(crate) fn new(library: &'a Library, built: &'a Built) -> Result<Self> {
        let made_on = MadeOn {
            rustc: built::rustc_version()?,
            os: std::env::consts::OS.to_owned(),
            cores: std::thread::available_parallelism().map_or(1, usize::from),
        };
        Ok(Self {
            library,
            built,
            made_on,
            scrubber: library.house.scrubber(),
            lock: Lock::read(&library.house),
            settings: Settings::new(&library.house),
        })
    }

    /// Runs snippets, and writes the recordings of those that show what they must.
    ///
    /// # Errors
    /// Where the compiler cannot be run, or a file not be written.
    pub(crate) async fn record(&self, snippets: &[&Snippet]) -> Result<Recorded> {
        let runs = self.run(snippets, "recording").await?;
        let judge = Judge::new(self.library, &runs.recordings);
        let mut problems = runs.problems;
        let mut written = 0;
        for (snippet, recording) in &runs.recordings {
            let mut found = judge.of_itself(snippet, &recording.run).problems;
            found.extend(judge.spoiled(snippet, &recording.run));
            if found.is_empty() {
                written += usize::from(self.write(snippet, recording)?);
            } else {
                problems.extend(found);
            }
        }
        Ok(Recorded {
            written,
            unwritten: runs.recordings.len() - written,
            summary: runs.summary,
            problems,
        })
    }

    /// Runs snippets, and makes a recording of each in memory.
    ///
    /// # Errors
    /// Where the compiler cannot be run.
    pub(crate) async fn run<'s>(
        &self,
        snippets: &[&'s Snippet],
        verb: &'static str,
    ) -> Result<Runs<'s>> {
        let progress = Steps::new(snippets.len(), verb);
        let mut runs = Runs {
            recordings: Vec::new(),
            problems: self.built.problems.clone(),
            summary: String::new(),
        };
        let is_refused = |snippet: &&&Snippet| snippet.kind == SnippetKind::CompileFail;
        let (refused, programs): (Vec<_>, Vec<_>) = snippets.iter().partition(is_refused);
        for snippet in refused {
            self.refuse(snippet, &progress, &mut runs)?;
        }
        let took = self.run_programs(&programs, &progress, &mut runs).await?;
        drop(progress);
        self.drop_set_otherwise(&mut runs);
        runs.recordings.sort_by_key(|(snippet, _)| snippet.id());
        runs.summary = took.in_words(runs.recordings.len());
        Ok(runs)
    }

    /// Makes a problem of each recording of what may have been built under other settings: those of the library, from
    /// before the build, those from after it, and those of now are to be the same. Only the lock file may be cargo's.
    fn drop_set_otherwise(&self, runs: &mut Runs<'_>) {
        let Self { library, lock, .. } = self;
        let (lock_now, now) = (Lock::read(&library.house), Settings::new(&library.house));
        let (kept, dropped) =
            std::mem::take(&mut runs.recordings)
                .into_iter()
                .partition(|(snippet, recording)| {
                    let was = &recording.made_from.settings;
                    library.settings.under(lock, snippet) == *was
                        && now.of(&lock_now, snippet) == *was
                });
        runs.recordings = kept;
        for (snippet, _) in dropped {
            let id = snippet.id();
            let what = format!("what is set for `{id}` was changed while it was built or ran");
            let help = format!("run `cargo workbook record {id}` when nothing is being saved");
            let problem = Problem::new(snippet.manifest_path(), 0, what, help);
            runs.problems.push(problem);
        }
    }

    /// Asks the compiler about a program that it must refuse.
    fn refuse<'s>(
        &self,
        snippet: &'s Snippet,
        progress: &Steps,
        runs: &mut Runs<'s>,
    ) -> Result<()> {
        // The compiler takes a moment, and this may be a server's thread.
        let refuse = || self.built.refuse(self.library, snippet, &self.scrubber);
        match tokio::task::block_in_place(refuse)? {
            Ok((refusal, sources)) => {
                progress.step(&format!("  {}  {}", snippet.id(), refusal.ending));
                let run = Run::ended(refusal.ending);
                let recording = self.recording(snippet, run, refusal.message, &sources);
                runs.recordings.push((snippet, recording));
            }
            Err(problem) => runs.problems.push(problem),
        }
        Ok(())
    }

    async fn run_programs<'s>(
        &self,
        snippets: &[&'s Snippet],
        progress: &Steps,
        runs: &mut Runs<'s>,
    ) -> Result<Took> {
        let mut tasks = Vec::new();
        for snippet in snippets {
            if let Some(program) = self.built.programs.get(&snippet.id()) {
                tasks.push(self.task(snippet, program.display().to_string()));
            } else if self.built.problems.is_empty() {
                let what = format!("cargo built no program for `{}`", snippet.id());
                let help = "see that the chapter's Cargo.toml does not turn its examples off";
                runs.problems
                    .push(Problem::new(&snippet.source, 0, what, help));
            }
        }
        let shim = find_shim(false).await?;
        let (start, mut took) = (Instant::now(), Took::default());
        let mut ended = Vec::new();
        let house = &self.library.house;
        runner::run_all(house, &shim, tasks, |snippet, outcome| match outcome {
            Ok(Outcome { run, .. }) => {
                took.add(snippet, run.wall());
                let (id, wall) = (snippet.id(), seconds(run.wall()));
                progress.step(&format!("  {id}  {}  {wall}", run.ending));
                ended.push((snippet, run));
            }
            Err(error) => {
                let help = "run it by hand, with the command that the page shows";
                let what = format!("{error:#}");
                runs.problems
                    .push(Problem::new(&snippet.source, 0, what, help));
            }
        })
        .await;
        took.overall = start.elapsed().as_secs_f64();
        for (snippet, run) in ended {
            runs.problems.extend(left_behind(snippet, &run));
            let lesson = self.built.lesson(snippet, &self.scrubber);
            match self.built.sources_still_there(&self.library.house, snippet) {
                Ok(sources) => {
                    let recording = self.recording(snippet, run, lesson, sources);
                    runs.recordings.push((snippet, recording));
                }
                Err(problem) => runs.problems.push(problem),
            }
        }
        Ok(took)
    }

    fn task<'s>(&self, snippet: &'s Snippet, program: String) -> Task<'s> {
        // What it took last time; before the first time, at most its deadline.
        let last = self
            .library
            .recording(&snippet.id())
            .map(|it| it.run.wall());
        Task {
            snippet,
            program,
            expected: last.unwrap_or(snippet.spec.deadline),
            environment: Vec::new(),
        }
    }

    /// A run as it is recorded, with what the compiler said where that is the lesson.
    fn recording(
        &self,
        snippet: &Snippet,
        run: Run,
        compiler: Vec<String>,
        sources: &SourceHashes,
    ) -> Recording {
        let house = &self.library.house;
        let sources = sources.iter().map(|(path, sha256)| Source {
            path: house.relative(path),
            sha256: sha256.clone(),
        });
        let program = self.built.programs.get(&snippet.id());
        let is_source = |source: &Source| {
            let path = Path::new(&source.path);
            let is_built =
                |program: &PathBuf| ties::is_built(&house.absolute(&source.path), program);
            path.is_relative() && !program.is_some_and(is_built)
        };
        let inside = sources.filter(is_source);
        Recording {
            snippet: snippet.id(),
            command: snippet.command(),
            made_from: made_from(&self.lock, &self.settings, snippet, inside.collect()),
            made_on: self.made_on.clone(),
            compiler,
            run,
        }
    }

    /// Writes a recording, unless the one on disk is fresh and says the same.
    fn write(&self, snippet: &Snippet, recording: &Recording) -> Result<bool> {
        if let Some(old) = self.library.recording(&snippet.id())
            && old.made_from == recording.made_from
            && old.says_the_same(recording, snippet.order())
        {
            return Ok(false);
        }
        let path = self.library.house.absolute(&snippet.recording_path());
        self.library
            .house
            .write_whole(&path, &recording.to_text())?;
        Ok(true)
    }
}

impl Recorded {
    pub(crate) fn in_words(&self) -> String {
        let Self {
            summary, unwritten, ..
        } = self;
        let files = units::count(self.written, "recording");
        format!("{summary}\nwrote {files}, left {unwritten} as before or unwritten")
    }
}

impl Took {
    fn add(&mut self, snippet: &Snippet, wall: f64) {
        if snippet.spec.alone {
            self.alone += wall;
        } else {
            self.side_by_side += wall;
        }
    }

    /// How long it took, beside what the same runs take one after another.
    fn in_words(&self, snippets: usize) -> String {
        let count = units::count(snippets, "snippet");
        let mut text = format!("ran {count} in {}", seconds(self.overall));
        let took = self.overall - self.alone;
        if self.side_by_side > took {
            text.push_str(&format!(
                "\n  side by side: {}, and one after another {}, {:.1} times as long",
                seconds(took),
                seconds(self.side_by_side),
                self.side_by_side / took
            ));
        }
        if self.alone > 0.0 {
            text.push_str(&format!("\n  alone: {}", seconds(self.alone)));
        }
        text
    }
}

fn left_behind(snippet: &Snippet, run: &Run) -> Option<Problem> {
    (run.left_behind > 0).then(|| {
        let left = units::count(run.left_behind, "process");
        let id = snippet.id();
        let what = format!("`{id}` ended and left {left} running; they were killed");
        Problem::new(
            &snippet.source,
            0,
            what,
            "let the program wait for what it starts",
        )
    })
}
