//! `cargo workbook exercise`: what there is to solve, and what a try shows.

use std::io::{BufRead, IsTerminal};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use crate::book::exercise::Exercise;
use crate::book::files;
use crate::book::house::House;
use crate::book::library::Library;
use crate::book::practice::{self, PRACTICE, practice_file};
use crate::book::progress::{Progress, Standing, note_passed, note_tried};
use crate::exec::attempt::Bench;
use crate::exec::compiler_report::rendered;
use crate::exec::practice_libraries::PracticeLibraries;
use crate::exec::shim::find_shim;
use crate::model::units::{count, seconds};
use crate::model::verdict::{TestEnd, TestRun};
use crate::site::contents;
use crate::terminal::{complain, say};

/// What is to be done.
#[derive(Debug, Clone)]
pub(crate) enum Action {
    List,
    /// Try the one of this name; without a name, the next one.
    Try {
        name: Option<String>,
        watch: bool,
    },
    Hint {
        name: Option<String>,
    },
    Solution {
        name: Option<String>,
    },
    /// Put the starter back; `sure` without being asked.
    Reset {
        name: Option<String>,
        sure: bool,
    },
    CheckAll,
}

/// Does it. Returns whether all is well: of a try, whether it has passed.
///
/// # Errors
/// Where a name means nothing, or a file or the compiler is in the way.
pub(crate) async fn exercise(house: &House, action: Action, as_json: bool) -> Result<bool> {
    match act(house, action, as_json).await {
        Err(error) if as_json => {
            say!("{}", json!({ "error": format!("{error:#}") }));
            Ok(false)
        }
        done => done,
    }
}

async fn act(house: &House, action: Action, as_json: bool) -> Result<bool> {
    let library = Library::read(house);
    let desk = Desk {
        house,
        library: &library,
        as_json,
    };
    match action {
        Action::List => desk.list(),
        Action::Try { name, watch: false } => desk.try_once(desk.find(name)?).await,
        Action::Try { name, watch: true } => desk.watch(desk.find(name)?).await,
        Action::Hint { name } => desk.hint(desk.find_begun(name)?),
        Action::Solution { name } => desk.solution(desk.find_begun(name)?),
        Action::Reset { name, sure } => desk.reset(desk.find_begun(name)?, sure),
        Action::CheckAll => desk.check_all().await,
    }
}

/// Where one works.
#[derive(Debug, Clone, Copy)]
struct Desk<'a> {
    house: &'a House,
    library: &'a Library,
    as_json: bool,
}

/// What exercises are tried with.
#[derive(Debug)]
struct Tools {
    shim: PathBuf,
    libraries: PracticeLibraries,
}

impl<'a> Desk<'a> {
    fn known(&self, name: &str) -> Result<&'a Exercise> {
        let found = self.library.exercise(name);
        found.ok_or_else(|| anyhow::anyhow!("{}", self.library.unknown_exercise(name)))
    }

    /// The exercise of this name, or the next one: the first that has not passed, in the book's order.
    fn find(&self, name: Option<String>) -> Result<&'a Exercise> {
        match name {
            Some(name) if name != "next" => self.known(&name),
            _ => match self.next(&Progress::read(self.house)?) {
                Some(exercise) => Ok(exercise),
                None => bail!(
                    "there is no exercise left: you have passed all {}",
                    self.library.exercises.len()
                ),
            },
        }
    }

    /// The exercise of this name, or the one that was tried last.
    fn find_begun(&self, name: Option<String>) -> Result<&'a Exercise> {
        if let Some(name) = name {
            return self.known(&name);
        }
        let last = Progress::read(self.house)?.last;
        let last = last.and_then(|last| self.library.exercise(&last));
        last.ok_or_else(|| {
            anyhow::anyhow!("no exercise was tried yet\n  help: say which one; `cargo workbook exercise` lists them")
        })
    }

    fn next(&self, progress: &Progress) -> Option<&'a Exercise> {
        let is_open = |it: &&Exercise| progress.standing(self.house, it) != Standing::Passed;
        self.in_order().into_iter().find(is_open)
    }

    /// As the chapters stand in the book.
    fn in_order(&self) -> Vec<&'a Exercise> {
        let order = contents::listed(self.house);
        let mut exercises: Vec<_> = self.library.exercises.iter().collect();
        let place = |it: &Exercise| order.iter().position(|page| page.slug == it.chapter);
        exercises.sort_by_key(|it| place(it).unwrap_or(order.len()));
        exercises
    }

    fn list(&self) -> Result<bool> {
        let progress = Progress::read(self.house)?;
        let exercises = self.in_order();
        let next = self.next(&progress);
        if self.as_json {
            let all: Vec<_> = exercises
                .iter()
                .map(|it| {
                    json!({
                        "id": it.id(), "name": it.name, "chapter": it.chapter, "about": it.spec.about,
                        "kind": it.spec.kind.word(), "minutes": it.spec.minutes, "file": practice_file(it),
                        "standing": progress.standing(self.house, it).word(),
                        "hints": it.spec.hints.len(), "hints_shown": progress.of(it).hints,
                    })
                })
                .collect();
            say!(
                "{}",
                json!({ "exercises": all, "next": next.map(Exercise::id) })
            );
            return Ok(true);
        }
        let mut chapter = "";
        for it in &exercises {
            if it.chapter != chapter {
                chapter = &it.chapter;
                say!("{chapter}");
            }
            let mark = match progress.standing(self.house, it) {
                Standing::Passed => "passed",
                Standing::PassedBefore => "again",
                Standing::Begun => "begun",
                Standing::New => "",
            };
            say!(
                "  {mark:<7} {:<26} {:>2} min  {}",
                it.name,
                it.spec.minutes,
                it.spec.about
            );
        }
        let is_passed = |it: &&&Exercise| progress.standing(self.house, it) == Standing::Passed;
        let passed = exercises.iter().filter(is_passed).count();
        say!("");
        say!("{passed} of {} passed", count(exercises.len(), "exercise"));
        if exercises
            .iter()
            .any(|it| progress.standing(self.house, it) == Standing::PassedBefore)
        {
            say!("again: passed once, and the tests have changed since");
        }
        if let Some(next) = next {
            say!("next: cargo workbook exercise {}", next.name);
        }
        Ok(true)
    }

    /// Makes the reader's file, if there is none, and says what there is to do.
    fn begin(&self, exercise: &Exercise) -> Result<()> {
        if practice::begin(self.house, exercise)? && !self.as_json {
            self.introduce(exercise);
        }
        Ok(())
    }

    async fn tools(&self) -> Result<Tools> {
        Ok(Tools {
            shim: find_shim(false).await?,
            libraries: self.libraries().await?,
        })
    }

    fn bench<'t>(&'t self, tools: &'t Tools) -> Bench<'t> {
        Bench {
            house: self.house,
            shim: &tools.shim,
            libraries: &tools.libraries,
        }
    }

    async fn libraries(&self) -> Result<PracticeLibraries> {
        let mut told = false;
        let began = Instant::now();
        let libraries = PracticeLibraries::find(self.house, |crates| {
            if crates > 0 && !told {
                complain!("building the crates that exercises use; this is done once");
                told = true;
            }
        })
        .await?;
        if told {
            complain!("built them in {}", seconds(began.elapsed().as_secs_f64()));
        }
        Ok(libraries)
    }

    async fn try_once(&self, exercise: &Exercise) -> Result<bool> {
        self.begin(exercise)?;
        let tools = self.tools().await?;
        self.attempt(self.bench(&tools), exercise).await
    }

    /// Tries it whenever its file is saved, until it has passed or the reader ends it. Two files are looked at, many
    /// times a second: no system has to tell of changes.
    async fn watch(&self, exercise: &Exercise) -> Result<bool> {
        self.begin(exercise)?;
        let tools = self.tools().await?;
        let bench = self.bench(&tools);
        let path = self.house.absolute(&practice_file(exercise));
        let tests = self.house.absolute(&exercise.file("tests.rs"));
        // The tests may become others meanwhile: somebody mends them, and the reader pulls.
        let look = || (contents(&path), contents(&tests));
        let (mut exercise, mut tests_then) = (exercise.clone(), contents(&tests));
        loop {
            // What is saved while a try goes on is tried next.
            let seen = look();
            if seen.1 != tests_then {
                tests_then.clone_from(&seen.1);
                let library = Library::read(self.house);
                if let Some(now) = library.exercise(&exercise.id()) {
                    exercise = now.clone();
                }
            }
            let exercise = &exercise;
            match self.attempt(bench, exercise).await {
                Ok(true) => return Ok(true),
                Ok(false) => {}
                // A file that cannot be read may be one in a moment.
                Err(error) if self.as_json => {
                    say!(
                        "{}",
                        json!({ "id": exercise.id(), "error": format!("{error:#}") })
                    );
                }
                Err(error) => complain!("error: {error:#}"),
            }
            if !self.as_json {
                complain!(
                    "looking at {} {LOOKS} times a second: save it to try it again",
                    practice_file(exercise)
                );
            }
            let mut looks = Looks::after(seen);
            loop {
                tokio::time::sleep(Duration::from_millis(1000 / LOOKS)).await;
                if looks.is_saved(look()) {
                    break;
                }
            }
        }
    }

    /// Tries all that were begun.
    async fn check_all(&self) -> Result<bool> {
        let begun = |it: &&&Exercise| self.house.absolute(&practice_file(it)).exists();
        let exercises = self.in_order();
        let exercises: Vec<_> = exercises.iter().filter(begun).collect();
        if exercises.is_empty() && !self.as_json {
            say!("no exercise was begun yet: cargo workbook exercise next");
            return Ok(true);
        }
        let tools = self.tools().await?;
        let bench = self.bench(&tools);
        let mut passed = 0;
        let mut told = Vec::new();
        for exercise in &exercises {
            let tried = self.verdict(bench, exercise).await;
            passed += usize::from(matches!(tried, Ok((_, true))));
            let words = tried.map_or_else(|error| format!("{error:#}"), |(words, _)| words);
            if self.as_json {
                told.push(json!({ "id": exercise.id(), "verdict": words }));
            } else {
                say!("  {:<26} {words}", exercise.name);
            }
        }
        if self.as_json {
            say!("{}", json!({ "exercises": told, "passed": passed }));
        } else {
            say!(
                "{passed} of the {} that you have begun {}",
                exercises.len(),
                if passed == 1 { "passes" } else { "pass" }
            );
        }
        Ok(passed == exercises.len())
    }

    /// What comes of a try, in a few words, and whether that is a pass. It counts as one.
    async fn verdict(&self, bench: Bench<'_>, exercise: &Exercise) -> Result<(String, bool)> {
        let text = practice::written(self.house, exercise)?;
        let never = CancellationToken::new();
        let Some(attempt) = bench.compile(exercise, &text, &never).await? else {
            bail!("it was stopped");
        };
        if !attempt.compiles() {
            return Ok((attempt.report.ending().words(0.0), false));
        }
        let runs = attempt.test(&never, |_| {}).await?;
        if !attempt.has_passed(&runs) {
            let open = runs.iter().find(|run| run.end != TestEnd::Passed);
            let words = open.map(|run| format!("{} in {}", run.end.word(), run.name));
            return Ok((
                words.unwrap_or_else(|| "not all tests were run".to_owned()),
                false,
            ));
        }
        note_passed(self.house, exercise, &text)?;
        Ok(("passes".to_owned(), true))
    }

    fn introduce(&self, exercise: &Exercise) {
        say!("{}: {}", exercise.name, exercise.spec.about);
        say!(
            "({}, about {} minutes)\n",
            exercise.spec.kind.in_words(),
            exercise.spec.minutes
        );
        if let Ok(task) = std::fs::read_to_string(self.house.absolute(&exercise.file("task.md"))) {
            say!("{}\n", task.trim_end());
        }
        say!("your file: {}", practice_file(exercise));
        say!("its tests: {}", exercise.file("tests.rs"));
        say!(
            "run it:    cd {PRACTICE} && cargo run --bin {}",
            exercise.name
        );
        say!("(the picture of `main` is drawn on the page: cargo workbook serve)\n");
    }

    /// Compiles and tests what the reader has written, and tells what came of it.
    async fn attempt(&self, bench: Bench<'_>, exercise: &Exercise) -> Result<bool> {
        let began = Instant::now();
        let text = practice::written(self.house, exercise)?;
        // A verdict does not depend on whether it can be noted down.
        let complain = |noted: Result<()>| {
            if let Err(error) = noted {
                complain!("error: {error:#}");
            }
        };
        complain(note_tried(self.house, exercise));
        let never = CancellationToken::new();
        let Some(attempt) = bench.compile(exercise, &text, &never).await? else {
            return Ok(false);
        };
        let scrubber = self.house.scrubber();
        let remarks = attempt
            .report
            .remarks()
            .map(|it| rendered(it, &scrubber).join("\n"));
        let remarks: Vec<_> = remarks.collect();
        if !attempt.compiles() {
            if self.as_json {
                self.print(exercise, "does not compile", &remarks, &[], began);
            } else {
                for remark in &remarks {
                    say!("{remark}\n");
                }
                say!("{}: does not compile", exercise.name);
                self.say_next(exercise, false);
            }
            return Ok(false);
        }
        let runs = attempt.test(&never, |_| {}).await?;
        let passed = attempt.has_passed(&runs);
        if passed {
            complain(note_passed(self.house, exercise, &text));
        }
        if self.as_json {
            let word = if passed { "passed" } else { "failed" };
            self.print(exercise, word, &remarks, &runs, began);
            return Ok(passed);
        }
        for remark in &remarks {
            say!("{remark}\n");
        }
        for run in &runs {
            say!("  {:<7} {}", run.end.word(), run.name);
            for line in run.explained() {
                say!("          {line}");
            }
            if run.end != TestEnd::Passed {
                show_output(run);
            }
        }
        let passes = runs.iter().filter(|run| run.end == TestEnd::Passed).count();
        let took = seconds(began.elapsed().as_secs_f64());
        say!("");
        if passed {
            say!(
                "{}: passed, all {} ({took})",
                exercise.name,
                count(passes, "test")
            );
        } else {
            let of = count(exercise.tests.len(), "test");
            say!("{}: {passes} of {of} pass ({took})", exercise.name);
        }
        self.say_next(exercise, passed);
        Ok(passed)
    }

    fn say_next(&self, exercise: &Exercise, passed: bool) {
        if passed {
            say!(
                "compare: cargo workbook exercise solution {}",
                exercise.name
            );
            let progress = Progress::read(self.house).ok();
            if let Some(next) = progress.and_then(|it| self.next(&it)) {
                say!("next:    cargo workbook exercise {}", next.name);
            }
        } else {
            say!("your file: {}", practice_file(exercise));
            say!("stuck:     cargo workbook exercise hint {}", exercise.name);
        }
    }

    fn print(
        &self,
        exercise: &Exercise,
        verdict: &str,
        compiler: &[String],
        runs: &[TestRun],
        began: Instant,
    ) {
        let test = |run: &TestRun| {
            let lines: Vec<_> = run.lines.iter().map(|line| line.text.clone()).collect();
            json!({
                "name": run.name, "verdict": run.end.word(), "explained": run.explained(), "output": lines,
            })
        };
        let tests: Value = runs.iter().map(test).collect();
        let told = json!({
            "id": exercise.id(), "file": practice_file(exercise), "verdict": verdict, "compiler": compiler,
            "tests": tests, "seconds": (began.elapsed().as_secs_f64() * 1000.0).round() / 1000.0,
        });
        say!("{told}");
    }

    fn hint(&self, exercise: &Exercise) -> Result<bool> {
        let hints = &exercise.spec.hints;
        let progress = Progress::change(self.house, |it| {
            let entry = it.entry(exercise);
            entry.hints = (entry.hints + 1).min(hints.len());
        })?;
        let shown = progress.of(exercise).hints;
        if self.as_json {
            say!(
                "{}",
                json!({ "id": exercise.id(), "hints": hints[..shown], "of": hints.len() })
            );
            return Ok(true);
        }
        for (at, hint) in hints.iter().take(shown).enumerate() {
            say!(
                "{}\n",
                wrapped(&format!("hint {} of {}: {hint}", at + 1, hints.len()))
            );
        }
        let name = &exercise.name;
        if shown == hints.len() {
            say!("that was the last one; the solution: cargo workbook exercise solution {name}");
        } else {
            say!("the next one: cargo workbook exercise hint {name}");
        }
        Ok(true)
    }

    fn solution(&self, exercise: &Exercise) -> Result<bool> {
        let before = Progress::read(self.house)?.of(exercise);
        // Who has passed may see it, and who asks for the second time.
        let may_see = before.passed.is_some() || before.solution_shown;
        Progress::change(self.house, |it| it.entry(exercise).solution_shown = true)?;
        if !may_see && self.as_json {
            let help = "ask once more to see it all the same";
            say!(
                "{}",
                json!({ "id": exercise.id(), "text": null, "help": help })
            );
            return Ok(true);
        }
        if !may_see {
            let left = exercise.spec.hints.len().saturating_sub(before.hints);
            if left > 0 {
                say!(
                    "there {} left: cargo workbook exercise hint {}",
                    is_are(left, "hint"),
                    exercise.name
                );
            }
            say!("if you want to see the solution all the same, ask for it once more");
            return Ok(true);
        }
        let path = exercise.file("solution.rs");
        let text = files::text(&self.house.absolute(&path));
        let text =
            text.map_err(|error| anyhow::anyhow!("{}", error.problem(&path, "the solution")))?;
        if self.as_json {
            say!(
                "{}",
                json!({ "id": exercise.id(), "file": path, "text": text })
            );
        } else {
            say!("// {path}\n\n{}", text.trim_end());
        }
        Ok(true)
    }

    fn reset(&self, exercise: &Exercise, sure: bool) -> Result<bool> {
        let file = practice_file(exercise);
        if !sure {
            if self.as_json || !std::io::stdin().is_terminal() {
                bail!(
                    "this is no terminal, so nobody can be asked whether `{file}` should become the starter again\n  help: add --yes"
                );
            }
            complain!(
                "`{file}` becomes the starter again; your version is kept beside it. Go on? [y/N]"
            );
            let mut answer = String::new();
            std::io::stdin().lock().read_line(&mut answer)?;
            if !matches!(answer.trim(), "y" | "Y" | "yes") {
                say!("nothing was changed");
                return Ok(false);
            }
        }
        let kept = practice::reset(self.house, exercise)?;
        if self.as_json {
            say!(
                "{}",
                json!({ "id": exercise.id(), "file": file, "kept": kept })
            );
            return Ok(true);
        }
        match kept {
            Some(kept) => say!("{file} is the starter again; your version is in {kept}"),
            None => say!("{file} is the starter"),
        }
        let passed = practice::passed_file(exercise);
        if self.house.absolute(&passed).exists() {
            say!("the version that has passed is in {passed}");
        }
        Ok(true)
    }
}

fn is_are(n: usize, noun: &str) -> String {
    match n {
        1 => format!("is {}", count(n, noun)),
        _ => format!("are {}", count(n, noun)),
    }
}

/// How often a watched file is looked at, in a second.
const LOOKS: u64 = 10;

/// What is seen of files: what stands there is to be tried when two looks in a row see it, and it was not tried yet. So
/// what is being written bit by bit is not.
#[derive(Debug)]
struct Looks<T> {
    tried: T,
    before: T,
}

impl<T: PartialEq + Clone> Looks<T> {
    fn after(tried: T) -> Self {
        let before = tried.clone();
        Self { tried, before }
    }

    fn is_saved(&mut self, now: T) -> bool {
        let is_saved = now != self.tried && now == self.before;
        self.before = now;
        is_saved
    }
}

/// What stands in a file; none where it is not there, or is none.
fn contents(path: &Path) -> Option<Vec<u8>> {
    files::bytes(path).ok()
}

/// A text in lines that a terminal has room for.
fn wrapped(text: &str) -> String {
    const WIDTH: usize = 100;
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        let last = lines.last_mut().expect("there is one");
        if last.is_empty() {
            last.push_str(word);
        } else if last.chars().count() + 1 + word.chars().count() <= WIDTH {
            last.push(' ');
            last.push_str(word);
        } else {
            lines.push(word.to_owned());
        }
    }
    lines.join("\n")
}

/// So many lines of what a test printed are shown.
const SHOWN: usize = 12;

fn show_output(run: &TestRun) {
    let lines: Vec<_> = run.printed().collect();
    if lines.is_empty() {
        return;
    }
    say!("          it printed:");
    for line in lines.iter().take(SHOWN) {
        say!("            {line}");
    }
    if lines.len() > SHOWN {
        say!(
            "            and {} more",
            count(lines.len() - SHOWN, "line")
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_saved_when_it_stays_as_it_is() {
        let mut looks = Looks::after(Some("tried"));
        for (now, is_saved) in [
            (Some("tried"), false),
            (Some(""), false),
            (Some("writ"), false),
            (Some("written"), false),
            (Some("written"), true),
            (Some("tried"), false),
            (Some("tried"), false),
            (None, false),
            (None, true),
        ] {
            assert_eq!(looks.is_saved(now), is_saved, "{now:?}");
        }
    }
}
