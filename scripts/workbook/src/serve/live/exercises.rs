//! The reader's exercises on the page: the same files that the terminal has, tried in the same way.

use axum::http::StatusCode;
use serde::Serialize;
use tokio_util::sync::CancellationToken;

use crate::book::exercise::Exercise;
use crate::book::files;
use crate::book::hashes::short_hash;
use crate::book::house::House;
use crate::book::library::Library;
use crate::book::practice::{self, practice_file};
use crate::book::progress::{Progress, note_passed, note_tried};
use crate::exec::attempt::{Attempt, Bench};
use crate::exec::practice_libraries::PracticeLibraries;
use crate::model::problem::Problem;
use crate::model::units;
use crate::model::verdict::{TestEnd, TestRun};
use crate::serve::live::edit;
use crate::serve::live::events::Remark;
use crate::serve::live::run::Live;
use crate::serve::refusal::Refusal;
use crate::site::picture::{self, PicturedRun};

/// The reader's file, as it stands on disk.
#[derive(Debug, Serialize)]
pub(crate) struct PracticeFile {
    id: String,
    /// Relative to the clone.
    file: String,
    /// What stands in it; the starter, where there is none yet.
    text: String,
    /// Another one where another text stands in it; empty where there is no file.
    version: String,
    standing: &'static str,
    /// The seconds that each test may take.
    deadline: f64,
}

/// What somebody else has written meanwhile.
#[derive(Debug, Serialize)]
pub(crate) struct Conflict {
    pub(crate) error: String,
    pub(crate) help: String,
    pub(crate) text: String,
    pub(crate) version: String,
}

/// What came of a try.
#[derive(Debug, Serialize)]
pub(crate) struct Tried {
    verdict: TriedVerdict,
    words: String,
    compiler: Vec<Remark>,
    tests: Vec<TriedTest>,
    /// From the request to the verdict.
    seconds: f64,
    standing: &'static str,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum TriedVerdict {
    Passed,
    Failed,
    /// By the compiler.
    Refused,
}

#[derive(Debug, Serialize)]
struct TriedTest {
    name: String,
    /// `passes`, or how it fails, in one word.
    verdict: &'static str,
    explained: Vec<String>,
    output: Vec<String>,
}

impl Tried {
    pub(crate) fn has_passed(&self) -> bool {
        self.verdict == TriedVerdict::Passed
    }

    /// The name of the first test that did not pass; none where it does not compile.
    pub(crate) fn first_failing(&self) -> Option<&str> {
        let mut tests = self.tests.iter();
        let failing = tests.find(|it| it.verdict != TestEnd::Passed.word());
        failing.map(|it| it.name.as_str())
    }
}

impl From<TestRun> for TriedTest {
    fn from(run: TestRun) -> Self {
        /// So many lines of what a test has printed are shown.
        const SHOWN: usize = 40;
        Self {
            verdict: run.end.word(),
            explained: run.explained(),
            output: run.printed().take(SHOWN).map(str::to_owned).collect(),
            name: run.name,
        }
    }
}

/// A run of an exercise's own `main`.
#[derive(Debug, Serialize)]
pub(crate) struct Pictured {
    /// None where it has no lanes.
    svg: Option<String>,
    output: Vec<String>,
    /// How it ended; empty where that was in good order.
    words: String,
}

/// How all exercises stand.
#[derive(Debug, Serialize)]
pub(crate) struct AllProgress {
    exercises: Vec<ProgressOf>,
}

#[derive(Debug, Serialize)]
struct ProgressOf {
    id: String,
    about: String,
    minutes: u32,
    standing: &'static str,
}

/// Of what is the picture?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PictureOf {
    Attempt,
    Solution,
}

fn failed(error: &anyhow::Error) -> Refusal {
    let words = format!("{error:#}");
    let (what, help) = words.split_once("\n  help: ").unwrap_or((&words, ""));
    Refusal::new(StatusCode::UNPROCESSABLE_ENTITY, what, help)
}

/// # Errors
/// Where there is none of this id.
pub(crate) fn find<'a>(library: &'a Library, id: &str) -> Result<&'a Exercise, Refusal> {
    let found = library.exercise(id).filter(|it| it.id() == id);
    found.ok_or_else(|| Refusal::of(StatusCode::NOT_FOUND, library.unknown_exercise(id)))
}

/// The reader's file.
///
/// # Errors
/// Where it cannot be read.
pub(crate) fn file(house: &House, exercise: &Exercise) -> Result<PracticeFile, Refusal> {
    let written = on_disk(house, exercise)?;
    let text = match &written {
        Some(text) => text.clone(),
        None => practice::starter(house, exercise).map_err(|error| failed(&error))?,
    };
    let progress = Progress::read(house).map_err(|error| failed(&error))?;
    Ok(PracticeFile {
        id: exercise.id(),
        file: practice_file(exercise),
        version: written.as_deref().map(short_hash).unwrap_or_default(),
        text,
        standing: progress.standing(house, exercise).word(),
        deadline: exercise.spec.deadline,
    })
}

/// What stands in the reader's file; none where there is no file.
fn on_disk(house: &House, exercise: &Exercise) -> Result<Option<String>, Refusal> {
    let path = practice_file(exercise);
    let place = house.absolute(&path);
    if place.symlink_metadata().is_err() {
        return Ok(None);
    }
    let text = files::text(&place);
    text.map(Some).map_err(|error| {
        let problem = error.problem(&path, "your file");
        Refusal::new(StatusCode::UNPROCESSABLE_ENTITY, problem.to_string(), "")
    })
}

/// Writes the reader's file, if it still is what the page has last seen of it.
///
/// # Errors
/// Where it cannot be written; and, inside, what else is in it by now.
pub(crate) fn save(
    house: &House,
    exercise: &Exercise,
    text: &str,
    seen: &str,
) -> Result<Result<String, Conflict>, Refusal> {
    let _turn = house
        .turn("practice-files")
        .map_err(|error| failed(&error))?;
    let now = on_disk(house, exercise)?;
    let version_now = now.as_deref().map(short_hash).unwrap_or_default();
    if version_now != seen && now.as_deref() != Some(text) {
        let path = practice_file(exercise);
        return Ok(Err(Conflict {
            error: format!("`{path}` was changed meanwhile, in another tab or an editor"),
            help: "take what stands there now, or put yours in its place".to_owned(),
            text: now.unwrap_or_default(),
            version: version_now,
        }));
    }
    let place = house.absolute(&practice_file(exercise));
    house
        .write_whole(&place, text)
        .map_err(|error| failed(&error))?;
    Ok(Ok(short_hash(text)))
}

/// Puts the starter back; what stood there is kept.
///
/// # Errors
/// Where a file cannot be read or written.
pub(crate) fn reset(house: &House, exercise: &Exercise) -> Result<PracticeFile, Refusal> {
    practice::reset(house, exercise).map_err(|error| failed(&error))?;
    file(house, exercise)
}

/// How all exercises stand.
///
/// # Errors
/// Where the reader's progress cannot be read.
pub(crate) fn progress(library: &Library) -> Result<AllProgress, Refusal> {
    let house = &library.house;
    let progress = Progress::read(house).map_err(|error| failed(&error))?;
    let of = |it: &Exercise| ProgressOf {
        id: it.id(),
        about: it.spec.about.clone(),
        minutes: it.spec.minutes,
        standing: progress.standing(house, it).word(),
    };
    Ok(AllProgress {
        exercises: library.exercises.iter().map(of).collect(),
    })
}

/// Forgets the progress. The reader's files stay.
///
/// # Errors
/// Where it cannot be written.
pub(crate) fn forget(house: &House) -> Result<(), Refusal> {
    let changed = Progress::change(house, Progress::forget);
    changed.map(|_| ()).map_err(|error| failed(&error))
}

impl Live {
    /// Tries what stands in the reader's file. Who drops the future stops it.
    ///
    /// # Errors
    /// Where it cannot be tried at all.
    pub(crate) async fn try_exercise(&self, id: &str) -> Result<Tried, Refusal> {
        let began = std::time::Instant::now();
        let library = self.builds.library().await;
        let exercise = find(&library, id)?;
        let house = &self.house;
        let stop = CancellationToken::new();
        let _stops = stop.clone().drop_guard();
        let text =
            practice::begin(house, exercise).and_then(|_| practice::written(house, exercise));
        let text = text.map_err(|error| failed(&error))?;
        note_tried(house, exercise).map_err(|error| failed(&error))?;
        let _turn = self.tries.acquire().await.expect("it is never closed");
        let libraries = self.libraries().await?;
        let bench = self.bench(&libraries).await?;
        let attempt = compiled(bench, exercise, &text, &stop).await?;
        let compiler = edit::remarks(&attempt.report, &practice_file(exercise), &house.scrubber());
        let mut tried = Tried {
            verdict: TriedVerdict::Refused,
            words: attempt.report.ending().words(0.0),
            compiler,
            tests: Vec::new(),
            seconds: 0.0,
            standing: "",
        };
        if attempt.compiles() {
            let runs = attempt.test(&stop, |_| {}).await;
            let runs = runs.map_err(|error| failed(&error))?;
            let all = units::count(exercise.tests.len(), "test");
            if attempt.has_passed(&runs) {
                tried.verdict = TriedVerdict::Passed;
                tried.words = format!("passed: all {all}");
                note_passed(house, exercise, &text).map_err(|error| failed(&error))?;
            } else {
                let passes = runs.iter().filter(|it| it.end == TestEnd::Passed).count();
                tried.verdict = TriedVerdict::Failed;
                tried.words = format!("{passes} of {all} pass");
            }
            tried.tests = runs.into_iter().map(TriedTest::from).collect();
        }
        let progress = Progress::read(house).map_err(|error| failed(&error))?;
        tried.standing = progress.standing(house, exercise).word();
        tried.seconds = (began.elapsed().as_secs_f64() * 1000.0).round() / 1000.0;
        Ok(tried)
    }

    /// Runs the `main` of what stands in the reader's file, or of the solution: for its picture. Who drops the future
    /// stops it.
    ///
    /// # Errors
    /// Where that does not compile, or cannot be run.
    pub(crate) async fn picture_exercise(
        &self,
        id: &str,
        of: PictureOf,
    ) -> Result<Pictured, Refusal> {
        let library = self.builds.library().await;
        let exercise = find(&library, id)?;
        let stop = CancellationToken::new();
        let _stops = stop.clone().drop_guard();
        let (text, heading) = match of {
            PictureOf::Attempt => {
                let text = practice::written(&self.house, exercise);
                (text.map_err(|error| failed(&error))?, "yours")
            }
            PictureOf::Solution => {
                let path = exercise.file("solution.rs");
                let text = files::text(&self.house.absolute(&path));
                let text = text.map_err(|error| {
                    let problem = error.problem(&path, "the solution");
                    Refusal::of(StatusCode::NOT_FOUND, problem)
                });
                (text?, "the solution")
            }
        };
        let _turn = self.tries.acquire().await.expect("it is never closed");
        let libraries = self.libraries().await?;
        let bench = self.bench(&libraries).await?;
        let attempt = compiled(bench, exercise, &text, &stop).await?;
        if !attempt.compiles() {
            let what = attempt.report.ending().words(0.0);
            return Err(Refusal::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                what,
                "mend it, and try it again",
            ));
        }
        let outcome = attempt.run_main(&stop, |_| {}).await;
        let run = outcome.map_err(|error| failed(&error))?.run;
        let svg = (!run.timeline.is_empty()).then(|| {
            let title = format!("{}: {heading}", exercise.spec.about);
            let place = format!("try-{}-{}", exercise.name, heading.replace(' ', "-"));
            picture::svg(&title, &[PicturedRun::of("", &run)], &place)
        });
        Ok(Pictured {
            svg,
            words: run.ending.words(crate::exec::attempt::MAIN_DEADLINE),
            output: run.lines.into_iter().map(|line| line.text).collect(),
        })
    }

    async fn bench<'a>(&'a self, libraries: &'a PracticeLibraries) -> Result<Bench<'a>, Refusal> {
        let shim = self.shim().await;
        let shim = shim.map_err(|it| Refusal::of(StatusCode::INTERNAL_SERVER_ERROR, it))?;
        Ok(Bench {
            house: &self.house,
            shim,
            libraries,
        })
    }

    async fn libraries(&self) -> Result<PracticeLibraries, Refusal> {
        let found = PracticeLibraries::find(&self.house, |_| {}).await;
        found.map_err(|error| {
            let problem = Problem::nowhere(
                format!("{error:#}"),
                "see `cargo workbook exercise` in a terminal",
            );
            Refusal::of(StatusCode::UNPROCESSABLE_ENTITY, problem)
        })
    }
}

async fn compiled<'a>(
    bench: Bench<'a>,
    exercise: &'a Exercise,
    text: &str,
    stop: &CancellationToken,
) -> Result<Attempt<'a>, Refusal> {
    let attempt = bench.compile(exercise, text, stop).await;
    let attempt = attempt.map_err(|error| failed(&error))?;
    attempt.ok_or_else(|| Refusal::new(StatusCode::CONFLICT, "it was stopped", "try it again"))
}
