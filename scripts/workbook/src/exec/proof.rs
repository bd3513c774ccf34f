//! Proves exercises: that the starter fails as its manifest says, that the solution passes, that each wrong solution fails
//! by the test that is to find it, and that no hint gives the solution away.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::process::Stdio;
use std::sync::LazyLock;

use anyhow::{Context, Result};
use regex::Regex;
use tokio::io::AsyncWriteExt;
use tokio::process::Command;
use tokio_util::sync::CancellationToken;

use crate::book::exercise::{Exercise, ExpectedFailure};
use crate::book::files;
use crate::book::snippet::manifest_path;
use crate::exec::attempt::{Attempt, Bench};
use crate::exec::compiler_report::{CompilerReport, rendered};
use crate::model::claim::Verdict;
use crate::model::problem::Problem;
use crate::model::verdict::TestRun;

/// How often the solution must pass, one time after the other.
const ROUNDS: usize = 5;
/// So many words or signs in a row that a hint has of the solution, and the starter has not, give it away.
const TOO_MANY: usize = 12;

/// What is wrong with an exercise; none where it cannot be tried, as a file of it cannot be read: that is a problem which
/// the library has found.
///
/// # Errors
/// Where something cannot be run at all.
pub(crate) async fn prove(bench: Bench<'_>, exercise: &Exercise) -> Result<Option<Vec<Problem>>> {
    let proof = Proof { bench, exercise };
    let mut problems = Vec::new();
    let id = exercise.id();
    let read = |path: &str| {
        let text = files::text(&bench.house.absolute(path));
        // What cannot be read is a problem already.
        text.ok()
    };
    let (starter, solution) = (exercise.file("starter.rs"), exercise.file("solution.rs"));
    let (Some(starter_text), Some(solution_text)) = (read(&starter), read(&solution)) else {
        return Ok(None);
    };
    let manifest = manifest_path(&exercise.chapter);
    if let Some(expected) = &exercise.spec.starter {
        let of = format!("the starter of `{id}`");
        let found = proof.fails(&of, &starter_text, expected).await?;
        problems.extend(found.map(|it| it.in_file(&manifest).at_line(exercise.spec.line)));
    }
    problems.extend(proof.passes(&solution, &solution_text).await?);
    for (name, (expected, line)) in &exercise.spec.wrong {
        let path = exercise.wrong_file(name);
        let Some(text) = read(&path) else {
            return Ok(None);
        };
        let of = format!("the wrong solution `{name}` of `{id}`");
        let found = proof.fails(&of, &text, expected).await?;
        problems.extend(found.map(|it| it.in_file(&manifest).at_line(*line)));
        problems.extend(proof.is_formatted(&path, &text).await?);
    }
    for (at, hint) in exercise.spec.hints.iter().enumerate() {
        if let Some(words) = gives_away(hint, &solution_text, &starter_text) {
            let what = format!(
                "hint {} of `{id}` gives the solution away: `{words}`",
                at + 1
            );
            let help =
                format!("say it in words: fewer than {TOO_MANY} in a row of the solution's own");
            problems.push(Problem::new(&manifest, exercise.spec.line, what, help));
        }
    }
    let tests = exercise.file("tests.rs");
    let tests_text = read(&tests).unwrap_or_default();
    for (path, text) in [
        (&starter, &starter_text),
        (&solution, &solution_text),
        (&tests, &tests_text),
    ] {
        problems.extend(proof.is_formatted(path, text).await?);
    }
    if let Some(problem) = hides_names(&tests, &tests_text) {
        problems.push(problem);
    }
    let module = format!("#[path = \"../../../{tests}\"]");
    if !starter_text.contains(&module) {
        let what = "the starter does not include its tests: an editor would not show them";
        let help = format!("end it with `#[cfg(test)]`, `{module}` and `mod tests;`, a line each");
        problems.push(Problem::new(&starter, 0, what, help));
    }
    Ok(Some(problems))
}

struct Proof<'a> {
    bench: Bench<'a>,
    exercise: &'a Exercise,
}

impl<'a> Proof<'a> {
    async fn compile(&self, text: &str) -> Result<Attempt<'a>> {
        let never = CancellationToken::new();
        let attempt = self.bench.compile(self.exercise, text, &never).await?;
        attempt.context("the compiler was stopped")
    }

    /// Whether a program fails as it must.
    async fn fails(
        &self,
        of: &str,
        text: &str,
        expected: &ExpectedFailure,
    ) -> Result<Option<Problem>> {
        let attempt = self.compile(text).await?;
        let saw = match expected {
            ExpectedFailure::Refused(error) => {
                let scrubber = self.bench.house.scrubber();
                match attempt.report.verdict(Some(error), &scrubber) {
                    Verdict::Failed(saw) => saw,
                    _ => return Ok(None),
                }
            }
            // That there is no such test is told already.
            ExpectedFailure::Test(_, test) if !self.exercise.tests.contains(test) => {
                return Ok(None);
            }
            ExpectedFailure::Test(kind, test) => {
                if !attempt.compiles() {
                    self.errors(&attempt.report)
                } else {
                    let runs = attempt.test(&CancellationToken::new(), |_| {}).await?;
                    let run = runs.iter().find(|run| run.name == *test);
                    if run.is_some_and(|run| run.end.failure() == Some(*kind)) {
                        return Ok(None);
                    }
                    in_words(&runs)
                }
            }
        };
        let what = format!("{of} is said to be one that {expected}");
        let help = "mend the program, or say what it shows";
        Ok(Some(Problem::nowhere(what, help).saw(saw)))
    }

    /// Whether the solution passes, and the compiler and its lints have nothing to say of it.
    async fn passes(&self, path: &str, text: &str) -> Result<Vec<Problem>> {
        let mut problems = Vec::new();
        let problem =
            |what: &str, saw: String, help: &str| Problem::new(path, 0, what, help).saw(saw);
        let attempt = self.compile(text).await?;
        if !attempt.compiles() {
            let saw = self.errors(&attempt.report);
            problems.push(problem("the solution does not compile", saw, "mend it"));
            return Ok(problems);
        }
        for round in 1..=ROUNDS {
            let runs = attempt.test(&CancellationToken::new(), |_| {}).await?;
            if !attempt.has_passed(&runs) {
                let what = format!("the solution does not pass, in round {round} of {ROUNDS}");
                let help = "mend the solution, or a test that depends on more than it says";
                problems.push(problem(&what, in_words(&runs), help));
                break;
            }
        }
        let lints = attempt.lint(clippy_driver().await).await?;
        let report = lints.as_ref().unwrap_or(&attempt.report);
        if report.remarks().next().is_some() {
            let what = "the compiler or clippy has something to say of the solution or its tests";
            problems.push(problem(what, self.errors(report), "mend it"));
        }
        Ok(problems)
    }

    fn errors(&self, report: &CompilerReport) -> String {
        let scrubber = self.bench.house.scrubber();
        let all = report
            .remarks()
            .map(|it| rendered(it, &scrubber).join("\n"));
        let all: Vec<_> = all.collect();
        format!("the compiler says\n{}", all.join("\n"))
    }

    /// Cargo does not see these files, and so nobody else looks.
    async fn is_formatted(&self, path: &str, text: &str) -> Result<Option<Problem>> {
        let file = self.bench.house.absolute(path);
        let mut rustfmt = Command::new("rustfmt");
        rustfmt
            .args(["--edition", "2024", "--quiet"])
            .current_dir(file.parent().unwrap_or(self.bench.house.root()))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        // A toolchain without it can check the rest.
        let Ok(mut child) = rustfmt.spawn() else {
            return Ok(None);
        };
        let stdin = child.stdin.take();
        let mut stdin = stdin.context("rustfmt has no standard input")?;
        let bytes = text.as_bytes().to_vec();
        // From a task of its own: it may answer before it has read all.
        let writing = tokio::spawn(async move { stdin.write_all(&bytes).await });
        let output = child.wait_with_output().await?;
        let is_written = matches!(writing.await, Ok(Ok(())));
        let is_fine = is_written && output.status.success() && output.stdout == text.as_bytes();
        let what = "rustfmt would write this file in another way";
        let help = "run `rustfmt --edition 2024` in its folder, with the file as its input, and take what it gives";
        Ok((!is_fine).then(|| Problem::new(path, 0, what, help)))
    }
}

/// What the tests of a program came to, in a line.
fn in_words(runs: &[TestRun]) -> String {
    let one = |run: &TestRun| {
        let why = run.explained().join("; ");
        let why = if why.is_empty() {
            why
        } else {
            format!(" ({why})")
        };
        format!("{} {}{why}", run.name, run.end.word())
    };
    runs.iter().map(one).collect::<Vec<_>>().join(", ")
}

/// Clippy's own compiler, where the toolchain has one.
async fn clippy_driver() -> Option<PathBuf> {
    let mut rustc = Command::new(crate::exec::built::rustc());
    let output = rustc.args(["--print", "sysroot"]).output().await.ok()?;
    let sysroot = String::from_utf8(output.stdout).ok()?;
    let name = format!("clippy-driver{}", std::env::consts::EXE_SUFFIX);
    let driver = PathBuf::from(sysroot.trim()).join("bin").join(name);
    driver.is_file().then_some(driver)
}

/// The tests name what they use of the reader's, one by one: what comes by a glob could take the place of anything.
fn hides_names(path: &str, text: &str) -> Option<Problem> {
    let is_glob = |line: &str| {
        let line = line.trim();
        line.starts_with("use super::") && line.contains('*')
    };
    let at = text.lines().position(is_glob)?;
    let what = "the tests take all that the reader's file has";
    let help = "name what they use: `use super::{pour, Cup};`, so that nothing of the reader's takes another's place";
    Some(Problem::new(path, at + 1, what, help))
}

/// Words, numbers, and single signs.
fn tokens(text: &str) -> Vec<&str> {
    static TOKEN: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"\w+|[^\w\s]").expect("the regex is valid"));
    TOKEN.find_iter(text).map(|it| it.as_str()).collect()
}

/// What a hint has of the solution that the starter has not, where it is too much.
fn gives_away(hint: &str, solution: &str, starter: &str) -> Option<String> {
    let (solution, starter) = (tokens(solution), tokens(starter));
    let known: BTreeSet<_> = starter.windows(TOO_MANY).collect();
    let secret: BTreeSet<_> = solution
        .windows(TOO_MANY)
        .filter(|it| !known.contains(it))
        .collect();
    let hint = tokens(hint);
    let found = hint.windows(TOO_MANY).find(|it| secret.contains(it))?;
    Some(found.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hint_may_name_what_is_used_and_not_write_it_down() {
        let starter = "fn main() { let all = join_all(futures).await; }";
        let solution = "fn main() { let all: FuturesUnordered<F> = futures.into_iter().collect(); all.take(3) }";
        let hint = "use `FuturesUnordered`, and take three";
        assert_eq!(gives_away(hint, solution, starter), None);
        let hint = "write `let all: FuturesUnordered<F> = futures.into_iter().collect();` there";
        let words = gives_away(hint, solution, starter).unwrap();
        assert!(words.starts_with("let all : FuturesUnordered"), "{words}");
        let hint = "you have `fn main() { let all = join_all(futures).await; }`, and wait for all";
        assert_eq!(gives_away(hint, solution, starter), None);
    }

    #[test]
    fn a_glob_in_the_tests_is_found() {
        assert!(hides_names("tests.rs", "use std::a::*;\nuse super::{a, b};\n").is_none());
        let problem = hides_names("tests.rs", "//! a\nuse super::*;\n").unwrap();
        assert_eq!(problem.line, 2);
    }
}
