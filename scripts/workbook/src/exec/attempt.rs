//! A try at an exercise: compiled, each of its tests run in a process of its own, and what came of them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use exercise::word::{FILE, Panic, Word};
use futures::StreamExt;
use futures::stream;
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

use crate::book::exercise::Exercise;
use crate::book::files;
use crate::book::house::House;
use crate::book::practice::practice_file;
use crate::book::snippet::{Snippet, SnippetKind, Spec};
use crate::exec::attempt_source::{AttemptSource, ROOT, in_the_readers_paths};
use crate::exec::compiler::{self, Compilation};
use crate::exec::compiler_report::CompilerReport;
use crate::exec::practice_libraries::PracticeLibraries;
use crate::exec::runner::{self, News, Outcome, Task};
use crate::exec::timeline_file;
use crate::model::normal::Scrubber;
use crate::model::run::{Ending, Run};
use crate::model::verdict::{Panicked, TestEnd, TestRun, waiting};

/// How many tests run at once. They wait, mostly.
const SIDE_BY_SIDE: usize = 4;
/// Bytes of what a test's process says that are read.
const WORDS_LIMIT: u64 = 1 << 20;
/// Seconds after which the exercise's own `main` is stopped.
pub(crate) const MAIN_DEADLINE: f64 = 10.0;

/// What exercises are tried with.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bench<'a> {
    pub(crate) house: &'a House,
    pub(crate) shim: &'a Path,
    pub(crate) libraries: &'a PracticeLibraries,
}

/// A solution that the compiler has seen.
#[derive(Debug)]
pub(crate) struct Attempt<'a> {
    bench: Bench<'a>,
    exercise: &'a Exercise,
    pub(crate) report: CompilerReport,
    tests_text: String,
    program: PathBuf,
    scrubber: Scrubber,
    /// Holds the program and its files.
    folder: TempDir,
}

impl<'a> Bench<'a> {
    /// Compiles `text` as a solution. None if `stop` was cancelled before that was done.
    ///
    /// # Errors
    /// Where the compiler cannot be run.
    pub(crate) async fn compile(
        self,
        exercise: &'a Exercise,
        text: &str,
        stop: &CancellationToken,
    ) -> Result<Option<Attempt<'a>>> {
        let tests = exercise.file("tests.rs");
        let tests_text = files::text(&self.house.absolute(&tests))
            .map_err(|error| anyhow::anyhow!("{}", error.problem(&tests, "the tests")))?;
        let file = practice_file(exercise);
        let source = AttemptSource::of(text, &file, &tests, &exercise.tests);
        let is_program = source.is_some();
        let source = source.unwrap_or_default();
        let folder = self.lay_out(&[
            (ROOT, &source.root),
            (&tests, &tests_text),
            (&file, &source.program),
        ])?;
        let program = folder.path().join(&exercise.name);
        let program = program.with_extension(std::env::consts::EXE_EXTENSION);
        let compilation = Compilation {
            folder: folder.path().to_owned(),
            args: self.arguments(exercise, &program),
            driver: None,
            variables: Vec::new(),
        };
        let report = match is_program {
            true => {
                let scrubber = self.house.scrubber();
                compiler::compile(self.shim, compilation, scrubber, stop).await?
            }
            false => Some(CompilerReport::without_main(&file)),
        };
        let report = report.map(|mut report| {
            in_the_readers_paths(&mut report);
            report
        });
        Ok(report.map(|report| Attempt {
            bench: self,
            exercise,
            report,
            tests_text,
            program,
            scrubber: self.house.scrubber(),
            folder,
        }))
    }

    fn arguments(self, exercise: &Exercise, program: &Path) -> Vec<String> {
        let own = [
            "--edition=2024",
            "--crate-type=bin",
            "--error-format=json",
            "--diagnostic-width=80",
            "-Cdebuginfo=0",
            "-Cstrip=debuginfo",
        ];
        let mut args = own.map(str::to_owned).to_vec();
        args.push(format!("--crate-name={}", exercise.name));
        args.extend(self.libraries.arguments());
        args.extend(["-o".to_owned(), program.display().to_string()]);
        args.push(ROOT.to_owned());
        args
    }

    /// The files of a try, in a folder of their own, each where it stands in the book: so the compiler's messages and a
    /// panic name the reader's file.
    fn lay_out(self, files: &[(&str, &str)]) -> Result<TempDir> {
        let home = self.house.home()?.join("attempts");
        std::fs::create_dir_all(&home)
            .with_context(|| format!("failed to make the folder `{}`", home.display()))?;
        let folder = TempDir::new_in(&home).context("failed to make a folder for the attempt")?;
        for (path, text) in files {
            let place = folder.path().join(path);
            let write = || {
                std::fs::create_dir_all(place.parent().unwrap_or(folder.path()))?;
                std::fs::write(&place, text)
            };
            write().with_context(|| format!("failed to write `{}`", place.display()))?;
        }
        Ok(folder)
    }
}

impl Attempt<'_> {
    /// Whether there is a program.
    pub(crate) fn compiles(&self) -> bool {
        self.report.accepted
    }

    /// What a compiler that lints says of it. None where there is none.
    ///
    /// # Errors
    /// Where it cannot be run.
    pub(crate) async fn lint(&self, driver: Option<PathBuf>) -> Result<Option<CompilerReport>> {
        if driver.is_none() {
            return Ok(None);
        }
        let mut args = self.bench.arguments(self.exercise, &self.program);
        args.extend(["--emit".to_owned(), "metadata".to_owned()]);
        let compilation = Compilation {
            folder: self.folder.path().to_owned(),
            args,
            driver,
            variables: Vec::new(),
        };
        let never = CancellationToken::new();
        let scrubber = self.bench.house.scrubber();
        compiler::compile(self.bench.shim, compilation, scrubber, &never).await
    }

    /// Whether these runs of its tests are a pass: of each test there is one, and it has passed.
    pub(crate) fn has_passed(&self, runs: &[TestRun]) -> bool {
        let has_passed = |run: &TestRun| run.end == TestEnd::Passed;
        runs.len() == self.exercise.tests.len() && runs.iter().all(has_passed)
    }

    /// Runs all tests, each in a process of its own. `handle` is told of each as it comes; they are given in the order of
    /// the file.
    ///
    /// # Errors
    /// Where one cannot be run.
    pub(crate) async fn test(
        &self,
        stop: &CancellationToken,
        mut handle: impl FnMut(&TestRun),
    ) -> Result<Vec<TestRun>> {
        let tests = self
            .exercise
            .tests
            .iter()
            .map(|name| self.run_test(name, stop));
        // Boxed: they are large, and few.
        let tests: Vec<_> = tests.map(Box::pin).collect();
        let mut runs = stream::iter(tests).buffer_unordered(SIDE_BY_SIDE);
        let mut found = BTreeMap::new();
        while let Some(run) = runs.next().await {
            let Some(run) = run? else { continue };
            handle(&run);
            found.insert(run.name.clone(), run);
        }
        let names = self.exercise.tests.iter();
        Ok(names.filter_map(|name| found.remove(name)).collect())
    }

    async fn run_test(&self, name: &str, stop: &CancellationToken) -> Result<Option<TestRun>> {
        let house = self.bench.house;
        let folder = TempDir::new_in(house.home()?).context("failed to make a folder")?;
        let words = folder.path().join("words");
        std::fs::write(&words, "").context("failed to make a file for the test's words")?;
        let deadline = self.exercise.spec.deadline;
        let variable = (FILE.to_owned(), words.display().to_string());
        let outcome = self
            .run(name, deadline, vec![variable], stop, |_| {})
            .await
            .with_context(|| format!("failed to run the test `{name}`"))?;
        if outcome.abandoned {
            return Ok(None);
        }
        let said = timeline_file::read(&words, WORDS_LIMIT).unwrap_or_default();
        let said: Vec<_> = said.lines().filter_map(Word::parse).collect();
        let mut run = outcome.run;
        let end = self.end(name, &run, &said);
        let waiting = match end {
            TestEnd::Hangs(_) | TestEnd::Spins(_) => waiting(&run),
            _ => Vec::new(),
        };
        Ok(Some(TestRun {
            name: name.to_owned(),
            end,
            lines: std::mem::take(&mut run.lines),
            waiting,
            left_behind: run.left_behind,
        }))
    }

    fn end(&self, name: &str, run: &Run, said: &[Word]) -> TestEnd {
        let deadline = self.exercise.spec.deadline;
        match &run.ending {
            // The body has returned, and nothing of the tests' own has failed, not even where the reader's code has
            // caught that.
            Ending::Ok if said.contains(&Word::Passed(name.to_owned())) => {
                self.failed_and_caught(said).unwrap_or(TestEnd::Passed)
            }
            Ending::Hang => TestEnd::Hangs(deadline),
            Ending::Spins => TestEnd::Spins(deadline),
            Ending::Floods => TestEnd::Floods,
            Ending::Memory => TestEnd::Memory,
            Ending::Signal(name) => TestEnd::Signal(name.clone()),
            Ending::Panic => match self.panic(said) {
                Some(end) => end,
                None => TestEnd::Exited(101),
            },
            Ending::Exit(code) => TestEnd::Exited(*code),
            Ending::Ok | Ending::Refused(_) => TestEnd::Exited(0),
        }
    }

    /// The panic by which the test has ended: on its own thread, if there was one.
    fn panic(&self, said: &[Word]) -> Option<TestEnd> {
        let panics = said.iter().filter_map(|word| match word {
            Word::Panicked(panic) => Some(panic),
            _ => None,
        });
        let last = panics.max_by_key(|panic| panic.own)?;
        let panicked = self.panicked(last);
        Some(match panicked.file == self.exercise.file("tests.rs") {
            true => TestEnd::Failed(panicked),
            false => TestEnd::Panicked(panicked),
        })
    }

    /// The first assertion of the tests that did not hold, on whatever thread, and whoever has caught it. What a test
    /// throws on purpose is written as `panic_any`.
    fn failed_and_caught(&self, said: &[Word]) -> Option<TestEnd> {
        let is_on_purpose = |line: u32| {
            let before = usize::try_from(line).unwrap_or_default().saturating_sub(1);
            let line = self.tests_text.lines().nth(before).unwrap_or_default();
            line.contains("panic_any(")
        };
        said.iter().find_map(|word| match word {
            Word::HookReplaced => Some(TestEnd::Unheard),
            Word::Panicked(panic) => {
                let panicked = self.panicked(panic);
                let is_ours = panicked.file == self.exercise.file("tests.rs");
                (is_ours && !is_on_purpose(panic.line)).then_some(TestEnd::Failed(panicked))
            }
            _ => None,
        })
    }

    fn panicked(&self, panic: &Panic) -> Panicked {
        let file = panic.file.replace('\\', "/");
        // The reader's file and the tests include each other by a path that goes up and down.
        let tests = self.exercise.file("tests.rs");
        Panicked {
            message: self.scrubber.scrub(&panic.message),
            file: match file.ends_with(&tests) {
                true => tests,
                false => self.scrubber.scrub(&file),
            },
            line: panic.line,
        }
    }

    /// Runs the exercise's own `main`, on the real clock: for its output and its picture.
    ///
    /// # Errors
    /// Where it cannot be run.
    pub(crate) async fn run_main(
        &self,
        stop: &CancellationToken,
        handle: impl FnMut(News<'_>),
    ) -> Result<Outcome> {
        self.run(exercise::MAIN, MAIN_DEADLINE, Vec::new(), stop, handle)
            .await
    }

    async fn run(
        &self,
        argument: &str,
        deadline: f64,
        environment: Vec<(String, String)>,
        stop: &CancellationToken,
        handle: impl FnMut(News<'_>),
    ) -> Result<Outcome> {
        let snippet = Snippet {
            chapter: self.exercise.chapter.clone(),
            name: self.exercise.name.clone(),
            kind: SnippetKind::Example,
            source: practice_file(self.exercise),
            spec: Spec {
                args: vec![argument.to_owned()],
                deadline,
                ..Spec::default()
            },
        };
        let task = Task {
            snippet: &snippet,
            program: self.program.display().to_string(),
            expected: deadline,
            environment,
        };
        let Bench { house, shim, .. } = self.bench;
        runner::run(house, shim, &task, &self.scrubber, stop, handle).await
    }
}
