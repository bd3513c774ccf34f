//! `cargo workbook record`: builds the snippets once, runs each, writes the recordings.

use std::time::Instant;

use anyhow::Result;

use crate::book::house::{House, write_whole};
use crate::book::library::Library;
use crate::book::snippet::{Kind, Snippet};
use crate::exec::cargo::{self, Built};
use crate::exec::progress::Progress;
use crate::exec::runner::{self, Outcome, Task};
use crate::model::claim::{Claim, Kind as ClaimKind, Metric, Seen, Verdict, seconds};
use crate::model::normal::Scrubber;
use crate::model::problem::{self, Problem};
use crate::model::recording::{Figures, MadeOn, Recording, SCHEMA, Source};

/// Records the snippets that `names` mean, of them only the missing and stale ones if `stale`.
/// Returns whether all went well.
pub(crate) async fn record(house: &House, names: &[String], stale: bool) -> Result<bool> {
    let library = Library::read(house);
    let mut snippets = library.select(names)?;
    if stale {
        let is_fresh = |snippet: &Snippet, recording| library.stale(snippet, recording).is_none();
        snippets.retain(|snippet| {
            let recording = library.recording(&snippet.id());
            !recording.is_some_and(|recording| is_fresh(snippet, recording))
        });
    }
    let (here, elsewhere): (Vec<_>, Vec<_>) = snippets
        .into_iter()
        .partition(|snippet| snippet.runs_here());
    for snippet in elsewhere {
        let platforms = snippet.spec.platforms.join(", ");
        println!("not recorded: {} runs on {platforms} only", snippet.id());
    }
    if here.is_empty() {
        println!("nothing to record");
        return Ok(true);
    }
    let mut problems = manifest_problems(&library, &here);
    // Of two programs of one name cargo keeps the last it built: neither is surely itself.
    let (here, doubtful): (Vec<_>, Vec<_>) = here
        .into_iter()
        .partition(|snippet| library.problems.iter().all(|it| it.path != snippet.source));
    let of_doubtful = |problem: &&Problem| doubtful.iter().any(|it| it.source == problem.path);
    problems.extend(library.problems.iter().filter(of_doubtful).cloned());
    let built = cargo::build(&library, &here)?;
    let recorded = record_built(&library, &here, &built).await?;
    println!("{}", recorded.in_words());
    problems.extend(recorded.problems);
    let problems = problem::report(problems);
    if problems > 0 {
        eprintln!(
            "{}: a run that does not show what it must is not recorded",
            problem::count(problems, "problem")
        );
    }
    Ok(problems == 0)
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

impl Recorded {
    pub(crate) fn in_words(&self) -> String {
        let Self {
            summary, unwritten, ..
        } = self;
        let files = problem::count(self.written, "recording");
        format!("{summary}\nwrote {files}, left {unwritten} as before or unwritten")
    }
}

/// Runs snippets that are built, and writes the recordings of those that show what they must.
///
/// # Errors
/// Where the compiler cannot be run, or a file not be written.
pub(crate) async fn record_built(
    library: &Library,
    snippets: &[&Snippet],
    built: &Built,
) -> Result<Recorded> {
    let runs = gather_built(library, snippets, built, "recording").await?;
    let mut problems = runs.problems;
    let mut written = 0;
    for (snippet, recording) in &runs.recordings {
        let found = inspect(snippet, recording, &runs.recordings, library, false);
        if found.is_empty() {
            written += usize::from(write(library, snippet, recording)?);
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

/// The problems of the manifests of these snippets' chapters: what one of them says may be what a run is
/// held against.
fn manifest_problems(library: &Library, snippets: &[&Snippet]) -> Vec<Problem> {
    let concerned = |problem: &&Problem| {
        snippets
            .iter()
            .any(|snippet| problem.path == snippet.manifest_path())
    };
    library.problems.iter().filter(concerned).cloned().collect()
}

/// Writes a recording, unless the one on disk is fresh and says the same.
fn write(library: &Library, snippet: &Snippet, recording: &Recording) -> Result<bool> {
    if let Some(old) = library.recording(&snippet.id())
        && old.made_from == recording.made_from
        && old.says_the_same(recording, &snippet.spec.claims)
    {
        return Ok(false);
    }
    let path = library.house.absolute(&snippet.recording_path());
    write_whole(&path, &recording.to_text())?;
    Ok(true)
}

/// What running snippets gave.
#[derive(Debug)]
pub(crate) struct Runs<'a> {
    pub(crate) recordings: Vec<(&'a Snippet, Recording)>,
    pub(crate) problems: Vec<Problem>,
    /// One line about how long it took.
    pub(crate) summary: String,
}

/// Runs snippets that are built, and makes a recording of each in memory.
///
/// # Errors
/// Where the compiler cannot be run.
pub(crate) async fn gather_built<'a>(
    library: &Library,
    snippets: &[&'a Snippet],
    built: &Built,
    verb: &'static str,
) -> Result<Runs<'a>> {
    let made_on = MadeOn {
        rustc: cargo::rustc_version()?,
        os: std::env::consts::OS.to_owned(),
        cores: std::thread::available_parallelism().map_or(1, usize::from),
    };
    let scrubber = Scrubber::new(library.house.root());
    let mut runs = Runs {
        recordings: Vec::new(),
        problems: built.problems.clone(),
        summary: String::new(),
    };
    let progress = Progress::new(snippets.len(), verb);
    let mut tasks = Vec::new();
    for snippet in snippets {
        if snippet.kind == Kind::CompileFail {
            // The compiler takes a moment, and this may be a server's thread.
            let refused = tokio::task::block_in_place(|| built.refuse(library, snippet, &scrubber));
            match refused? {
                Ok(refusal) => {
                    progress.step(&format!("  {}  {}", snippet.id(), refusal.ending));
                    let sources = built.sources(&library.house, snippet)?;
                    let mut recording =
                        blank(library, snippet, sources, made_on.clone(), refusal.ending);
                    recording.compiler = refusal.message;
                    runs.recordings.push((snippet, recording));
                }
                Err(problem) => runs.problems.push(problem),
            }
        } else if let Some(program) = built.programs.get(&snippet.id()) {
            // What it took last time; before the first time, at most its deadline.
            let last = library
                .recording(&snippet.id())
                .and_then(|it| it.figures.wall);
            let expected = last.unwrap_or(snippet.spec.deadline);
            tasks.push(Task {
                snippet,
                program: program.display().to_string(),
                expected,
            });
        } else if built.problems.is_empty() {
            let what = format!("cargo built no program for `{}`", snippet.id());
            let help = "see that the chapter's Cargo.toml does not turn its examples off";
            runs.problems
                .push(Problem::new(&snippet.source, 0, what, help));
        }
    }
    let shim = runner::find_shim(false)?;
    let start = Instant::now();
    let (mut waiting, mut alone) = (0.0, 0.0);
    let mut outcomes = Vec::new();
    runner::run_all(
        library.house.root(),
        &shim,
        tasks,
        |snippet, outcome| match outcome {
            Ok(outcome) => {
                let wall = outcome.figures.wall.unwrap_or_default();
                if snippet.spec.alone {
                    alone += wall;
                } else {
                    waiting += wall;
                }
                let id = snippet.id();
                progress.step(&format!("  {id}  {}  {}", outcome.ending, seconds(wall)));
                outcomes.push((snippet, outcome));
            }
            Err(error) => {
                let help = "run it by hand, with the command that the page shows";
                let what = format!("{error:#}");
                runs.problems
                    .push(Problem::new(&snippet.source, 0, what, help));
            }
        },
    )
    .await;
    let took = start.elapsed().as_secs_f64();
    drop(progress);
    for (snippet, outcome) in outcomes {
        let sources = built.sources(&library.house, snippet)?;
        let mut recording = blank(
            library,
            snippet,
            sources,
            made_on.clone(),
            outcome.ending.clone(),
        );
        recording.compiler = built.lesson(snippet, &scrubber);
        runs.problems.extend(left_behind(snippet, &outcome));
        let Outcome {
            figures,
            lines,
            cut,
            timeline,
            left_behind,
            ..
        } = outcome;
        recording = Recording {
            figures,
            lines,
            cut,
            timeline,
            left_behind,
            ..recording
        };
        runs.recordings.push((snippet, recording));
    }
    runs.recordings.sort_by_key(|(snippet, _)| snippet.id());
    runs.summary = summary(runs.recordings.len(), took, waiting, alone);
    Ok(runs)
}

/// How long it took, beside what the same runs take one after another. All in seconds.
fn summary(snippets: usize, took: f64, waiting: f64, alone: f64) -> String {
    let mut text = format!(
        "ran {} in {}",
        problem::count(snippets, "snippet"),
        seconds(took)
    );
    let side_by_side = took - alone;
    if waiting > side_by_side {
        text.push_str(&format!(
            "\n  side by side: {}, and one after another {}, {:.1} times as long",
            seconds(side_by_side),
            seconds(waiting),
            waiting / side_by_side
        ));
    }
    if alone > 0.0 {
        text.push_str(&format!("\n  alone: {}", seconds(alone)));
    }
    text
}

fn left_behind(snippet: &Snippet, outcome: &Outcome) -> Option<Problem> {
    (outcome.left_behind > 0).then(|| {
        let what = format!(
            "`{}` ended and left {} running; they were killed",
            snippet.id(),
            match outcome.left_behind {
                1 => "1 process".to_owned(),
                n => format!("{n} processes"),
            }
        );
        let help = "let the program wait for what it starts";
        Problem::new(&snippet.source, 0, what, help)
    })
}

fn blank(
    library: &Library,
    snippet: &Snippet,
    sources: Vec<Source>,
    made_on: MadeOn,
    ending: crate::model::recording::Ending,
) -> Recording {
    Recording {
        schema: SCHEMA,
        snippet: snippet.id(),
        command: snippet.command(),
        made_from: library.made_from(snippet, sources),
        made_on,
        ending,
        figures: Figures::default(),
        compiler: Vec::new(),
        lines: Vec::new(),
        cut: None,
        timeline: Vec::new(),
        left_behind: 0,
    }
}

/// The last line that a program wrote to standard error in words of its own.
fn last_words(recording: &Recording) -> String {
    let is_own =
        |text: &str| !text.trim().is_empty() && !text.starts_with("note: run with `RUST_BACKTRACE");
    let mut lines = recording
        .lines
        .iter()
        .rev()
        .filter(|line| !line.stream.is_out());
    let last = lines.find(|line| is_own(&line.text));
    last.map_or(String::new(), |line| {
        format!("its last words: {}", line.text)
    })
}

/// Holds a run against its claims, one by one. Figures of other snippets are those of the `fresh` runs, where
/// there are any, and those recorded otherwise; `recorded` is what claims of order are held against.
pub(crate) fn verdicts<'a>(
    snippet: &'a Snippet,
    seen: Seen<'_>,
    fresh: &[(&Snippet, Recording)],
    library: &Library,
    recorded: Option<&Recording>,
) -> Vec<(&'a Claim, Verdict)> {
    let figure = |id: &str, metric: &Metric| -> Result<f64, String> {
        let fresh = fresh
            .iter()
            .find(|(snippet, _)| snippet.id() == id)
            .map(|(_, it)| it);
        let recording = fresh
            .or_else(|| library.recording(id))
            .ok_or_else(|| format!("`{id}` has no recording"))?;
        let figure = metric.of(recording.seen());
        figure.ok_or_else(|| format!("this system does not give `{metric}`"))
    };
    let claims = snippet.spec.claims.iter();
    claims
        .map(|claim| (claim, claim.hold(seen, recorded, &figure)))
        .collect()
}

/// Holds a run against its claims, and against how it must end. `against_recorded` also holds it against its
/// recording, where the claims speak of order.
pub(crate) fn inspect(
    snippet: &Snippet,
    recording: &Recording,
    fresh: &[(&Snippet, Recording)],
    library: &Library,
    against_recorded: bool,
) -> Vec<Problem> {
    let recorded = against_recorded
        .then(|| library.recording(&snippet.id()))
        .flatten();
    let problem = |what: String, help: &str| {
        Problem::new(snippet.manifest_path(), snippet.spec.line, what, help)
    };
    let id = snippet.id();
    let mut problems = Vec::new();
    let expected = snippet.expected_ending();
    let says_how = |claim: &&Claim| matches!(claim.kind, ClaimKind::Ends(_));
    if recording.ending != expected && snippet.spec.claims.iter().find(says_how).is_none() {
        let what = format!("`{id}` ended with `{}`, not `{expected}`", recording.ending);
        let help = "mend the program, or claim `ends …` where that is the lesson";
        problems.push(problem(what, help).saw(last_words(recording)));
    }
    for (claim, verdict) in verdicts(snippet, recording.seen(), fresh, library, recorded) {
        match verdict {
            Verdict::Held => {}
            Verdict::Failed(saw) => {
                let what = format!("`{id}` does not hold its claim `{}`", claim.text);
                let help = "mend the program, or claim what it shows";
                problems.push(problem(what, help).saw(saw));
            }
            Verdict::NotChecked(why) => {
                // A recording that is missing is a finding of its own.
                if against_recorded && !why.contains("recorded") && !why.contains("recording") {
                    println!("not checked: `{id}` claims `{}`: {why}", claim.text);
                }
            }
        }
    }
    problems
}
