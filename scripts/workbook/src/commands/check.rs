//! `cargo workbook check`: runs every snippet again, and finds everything that is not as the pages say.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use std::time::Instant;

use anyhow::{Context, Result};
use futures::{StreamExt, stream};

use crate::book::exercise::Exercise;
use crate::book::house::House;
use crate::book::library::Library;
use crate::book::snippet::{Snippet, SnippetKind};
use crate::exec::attempt::Bench;
use crate::exec::built::Built;
use crate::exec::cargo;
use crate::exec::judge::Judge;
use crate::exec::practice_libraries::PracticeLibraries;
use crate::exec::progress::Steps;
use crate::exec::proof;
use crate::exec::session::Session;
use crate::exec::shim::find_shim;
use crate::model::claim::Claim;
use crate::model::problem::Problem;
use crate::model::recording::Recording;
use crate::model::units;
use crate::site::filled::Filling;
use crate::site::page::Page;
use crate::site::{links, mdbook, timetable};
use crate::terminal::{self, complain, say};

/// How often snippets are run.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rounds {
    /// All of them, so many times.
    pub(crate) repeat: u32,
    /// In each round those that do not hold, at most so many times more.
    pub(crate) retries: u32,
}

/// Checks the whole book, of its runs those that `names` mean. Returns whether all is well.
pub(crate) async fn check(house: &House, names: &[String], rounds: Rounds) -> Result<bool> {
    let library = Arc::new(Library::read(house));
    let (of_exercises, of_snippets): (Vec<String>, Vec<String>) = names
        .iter()
        .cloned()
        .partition(|name| name.contains('/') && library.exercise(name).is_some());
    let snippets = match of_snippets.is_empty() && !of_exercises.is_empty() {
        true => Vec::new(),
        false => library.select(&of_snippets)?,
    };
    let is_meant = |it: &&Exercise| {
        names.is_empty() || names.contains(&it.id()) || names.contains(&it.chapter)
    };
    let exercises: Vec<_> = library.exercises.iter().filter(is_meant).collect();
    let mut problems = find_in_files(&library, names, &snippets)?;
    if !exercises.is_empty() {
        problems.extend(prove(&library, &exercises).await?);
    }

    let mut here = snippets;
    here.retain(|snippet| {
        let why_not = snippet.why_not_here();
        if let Some(why) = &why_not {
            say!("not checked: {} {why}", snippet.id());
        }
        why_not.is_none()
    });
    if !here.is_empty() {
        problems.extend(run(&library, &here, rounds).await?);
    }
    let found = terminal::report(problems);
    if found > 0 {
        complain!("{} found", units::count(found, "problem"));
    } else {
        say!(
            "all is as the pages say: {}, {}",
            units::count(library.chapters.len(), "chapter"),
            units::count(here.len(), "snippet") + &and_exercises(exercises.len())
        );
    }
    Ok(found == 0)
}

fn and_exercises(n: usize) -> String {
    match n {
        0 => String::new(),
        n => format!(", {}", units::count(n, "exercise")),
    }
}

/// How many exercises are proven at once: each compiles, and its tests mostly wait.
const PROOFS: usize = 3;

/// Tries the starter, the solution and the wrong solutions of exercises.
async fn prove(library: &Library, exercises: &[&Exercise]) -> Result<Vec<Problem>> {
    let house = &library.house;
    let mut told = false;
    let libraries = PracticeLibraries::find(house, |crates| {
        if crates > 0 && !told {
            say!("building the crates that exercises use");
            told = true;
        }
    })
    .await?;
    let shim = find_shim(false).await?;
    let bench = Bench {
        house,
        shim: &shim,
        libraries: &libraries,
    };
    let began = Instant::now();
    let progress = Steps::new(exercises.len(), "proving");
    let proofs = exercises.iter().map(|exercise| async {
        let proof = proof::prove(bench, exercise).await;
        (exercise.id(), proof)
    });
    let proofs: Vec<_> = proofs.map(Box::pin).collect();
    let mut proofs = stream::iter(proofs).buffer_unordered(PROOFS);
    let mut problems = Vec::new();
    while let Some((id, found)) = proofs.next().await {
        let found = found.with_context(|| format!("failed to prove the exercise `{id}`"))?;
        let word = match &found {
            None => "not tried",
            Some(found) if found.is_empty() => "proven",
            Some(_) => "not as said",
        };
        progress.step(&format!("{id}: {word}"));
        problems.extend(found.into_iter().flatten());
    }
    drop(progress);
    let took = units::seconds(began.elapsed().as_secs_f64());
    say!("{} in {took}", units::count(exercises.len(), "exercise"));
    Ok(problems)
}

/// Runs the snippets and holds each run against its claims. Of a problem that comes in more than one round,
/// it is said how often.
async fn run(library: &Library, here: &[&Snippet], rounds: Rounds) -> Result<Vec<Problem>> {
    let Rounds { repeat, retries } = rounds;
    let built = cargo::build(library, here).await?;
    let mut found: BTreeMap<(String, usize, String), Vec<Problem>> = BTreeMap::new();
    for round in 1..=repeat {
        if repeat > 1 {
            say!("round {round} of {repeat}");
        }
        for problem in run_once(library, here, &built, retries).await? {
            // What was seen differs from round to round, what failed does not.
            let key = (problem.path.clone(), problem.line, problem.what.clone());
            found.entry(key).or_default().push(problem);
        }
    }
    Ok(found
        .into_values()
        .filter_map(|problems| counted(problems, repeat))
        .collect())
}

/// Runs each snippet, and those that do not hold at most `retries` times more, with those that they are held
/// against. What holds in the end is told, and no problem.
async fn run_once(
    library: &Library,
    here: &[&Snippet],
    built: &Built,
    retries: u32,
) -> Result<Vec<Problem>> {
    let mut problems = Vec::new();
    let mut recordings: Vec<(&Snippet, Recording)> = Vec::new();
    // By the snippets' ids.
    let mut failed: BTreeMap<String, Vec<Problem>> = BTreeMap::new();
    let mut again = here.to_vec();
    let session = Session::new(library, built)?;
    for retry in 0..=retries {
        let verb = if retry == 0 {
            "checking"
        } else {
            "trying again"
        };
        let runs = session.run(&again, verb).await?;
        say!("{}", runs.summary);
        problems.extend(runs.problems);
        let new: BTreeSet<_> = again.iter().map(|snippet| snippet.id()).collect();
        let is_new = |id: &str| new.contains(id);
        recordings.retain(|(snippet, _)| !is_new(&snippet.id()));
        recordings.extend(runs.recordings);
        let judge = Judge::new(library, &recordings);
        for (snippet, recording) in &recordings {
            let id = snippet.id();
            if !is_new(&id) && !held_against(snippet).any(is_new) {
                continue;
            }
            let judgement = judge.of_what_is_recorded(snippet, recording);
            for line in judgement.unchecked {
                say!("{line}");
            }
            let found = judgement.problems;
            let before = failed.remove(&id).unwrap_or_default();
            let is_gone = |it: &&Problem| found.iter().all(|now| now.what != it.what);
            for problem in before.iter().filter(is_gone) {
                say!("held when tried again ({retry} of {retries}), but not before: {problem}");
            }
            if !found.is_empty() {
                failed.insert(id, found);
            }
        }
        if failed.is_empty() {
            break;
        }
        let has_failed = |snippet: &&Snippet| failed.contains_key(&snippet.id());
        let asked: BTreeSet<_> = here
            .iter()
            .copied()
            .filter(has_failed)
            .flat_map(held_against)
            .collect();
        let is_asked = |snippet: &&Snippet| asked.contains(snippet.id().as_str());
        again = here.to_vec();
        again.retain(|snippet| has_failed(snippet) || is_asked(snippet));
    }
    problems.extend(failed.into_values().flatten());
    // What each try has found alike is one problem.
    problems.sort();
    problems.dedup();
    Ok(problems)
}

/// The snippets with whose figures this one's are compared.
fn held_against(snippet: &Snippet) -> impl Iterator<Item = &str> {
    snippet.spec.claims.iter().filter_map(Claim::other)
}

/// One problem for the same one found in several of `repeat` rounds, with how often it was found and what
/// was seen each time.
fn counted(problems: Vec<Problem>, repeat: u32) -> Option<Problem> {
    let times = problems.len();
    let saw: Vec<_> = problems.iter().map(|problem| problem.saw.clone()).collect();
    let mut problem = problems.into_iter().next()?;
    if repeat > 1 {
        problem.what = format!("{times} of {repeat} times: {}", problem.what);
        problem.saw = each_once(&saw);
    }
    Some(problem)
}

/// What was seen, each value once, in the order in which they came.
fn each_once(saw: &[String]) -> String {
    const SHOWN: usize = 8;
    let mut values: Vec<&str> = Vec::new();
    for value in saw {
        if !values.contains(&value.as_str()) {
            values.push(value);
        }
    }
    let more = values.len().saturating_sub(SHOWN);
    let mut text = values[..values.len() - more].join("; ");
    if more > 0 {
        text.push_str(&format!("; and {more} more"));
    }
    text
}

/// What is wrong in pages, manifests and recordings, without running anything.
fn find_in_files(
    library: &Arc<Library>,
    names: &[String],
    snippets: &[&Snippet],
) -> Result<Vec<Problem>> {
    let house = &library.house;
    let mut problems = library.problems.clone();
    problems.extend(library.find_unrecorded(snippets));
    let filling = Arc::new(Filling::new(library.clone()));
    let (pages, unreadable) = links::read_pages(house);
    let filled = filling.fill(pages);
    let pages: BTreeMap<_, _> = filled
        .iter()
        .map(|(path, filled)| (path.clone(), filled.page()))
        .collect();
    problems.extend(links::find_unlisted(&pages, &unreadable));
    problems.extend(timetable::find_names_used_twice(
        pages.iter().map(|(path, page)| (path, *page)),
    ));
    problems.extend(filled.values().flat_map(|page| page.problems.clone()));
    // What a page shows that cannot be read nobody knows.
    if unreadable.is_empty() {
        problems.extend(find_unshown(library, &pages));
    }
    problems.extend(find_unknown_in_claims(library));
    problems.extend(find_unclaimed(library));
    let site = house.home()?.join("check");
    let built = build_site(&filling, &site);
    problems.extend(links::find_dead(
        house,
        &pages,
        built.is_ok().then_some(&site),
    ));
    match built {
        // What it finds was found above.
        Ok(_) => {}
        Err(_) if !unreadable.is_empty() || !pages.contains_key(links::SUMMARY) => {}
        Err(error) => {
            let help = "mend what stands above, and run the check again";
            let what = format!("{error:#}");
            problems.push(Problem::new("book.toml", 0, what, help));
        }
    }
    problems.extend(unreadable);
    if !names.is_empty() {
        let concerned = |path: &str| names.iter().any(|name| concerns(name, path));
        problems.retain(|problem| concerned(&problem.path));
    }
    Ok(problems)
}

/// Whether a file belongs to a chapter, to a snippet's chapter, or to the book as a whole.
fn concerns(name: &str, path: &str) -> bool {
    let chapter = name.split('/').next().unwrap_or(name);
    let of_the_book = !path.starts_with("chapters/") && !path.starts_with("book/");
    if of_the_book {
        return true;
    }
    path.starts_with(&format!("chapters/{chapter}/"))
        || path == format!("book/{chapter}.md")
        || path.starts_with(&format!("book/{chapter}/"))
}

/// mdBook stops at a page that SUMMARY.md lists and that is not there; that is found otherwise.
fn build_site(filling: &Arc<Filling>, site: &std::path::Path) -> Result<Vec<Problem>> {
    let (filling, site) = (filling.clone(), site.to_owned());
    // `MDBook` cannot go from thread to thread, and its build would hold up the runtime.
    let thread = std::thread::spawn(move || mdbook::build_without_index(&filling, &site));
    thread
        .join()
        .unwrap_or_else(|_| anyhow::bail!("mdBook panicked while it built the pages"))
}

/// Programs that no page shows.
fn find_unshown(library: &Library, pages: &BTreeMap<String, &Page>) -> Vec<Problem> {
    let shown: BTreeSet<_> = pages
        .values()
        .flat_map(|page| &page.directives)
        .filter(|directive| directive.what.shows())
        .flat_map(|directive| directive.what.snippets())
        .collect();
    let mut problems = Vec::new();
    for snippet in &library.snippets {
        let id = snippet.id();
        if !shown.contains(id.as_str()) {
            let what = format!("`{id}` is on no page");
            let help = format!(
                "put `{{{{#snippet {id}}}}}` on book/{}.md, or delete the program",
                snippet.chapter
            );
            problems.push(Problem::new(&snippet.source, 0, what, help));
        }
    }
    problems
}

/// Claims against the figures of snippets that are not there.
fn find_unknown_in_claims(library: &Library) -> Vec<Problem> {
    let mut problems = Vec::new();
    for snippet in &library.snippets {
        for claim in &snippet.spec.claims {
            if let Some(id) = claim.other()
                && library.snippet(id).is_none()
            {
                let Problem { what, help, .. } = library.unknown(id);
                let what = format!("claim `{}`: {what}", claim.text);
                let path = snippet.manifest_path();
                problems.push(Problem::new(path, snippet.spec.line, what, help));
            }
        }
    }
    problems
}

/// Programs that say of themselves nothing that a run could prove wrong.
fn find_unclaimed(library: &Library) -> Vec<Problem> {
    let says_something = |snippet: &Snippet| {
        let spec = &snippet.spec;
        let claims = spec.claims.iter().any(Claim::can_fail);
        // The compiler's words are a claim of their own, and a program that must be refused always has one.
        claims || spec.warns.is_some() || snippet.kind == SnippetKind::CompileFail
    };
    // Where a manifest is broken, a claim may be there that could not be read.
    let is_read = |snippet: &Snippet| library.is_sound(snippet);
    let silent = |snippet: &&Snippet| is_read(snippet) && !says_something(snippet);
    let snippets = library.snippets.iter();
    snippets
        .filter(silent)
        .map(|snippet| {
            let id = snippet.id();
            let what = format!("`{id}` has no claim that could fail");
            let help =
                "claim what it must show: `wall in 1.0..1.6`, `order exact`, `says /poured/`";
            Problem::new(snippet.manifest_path(), snippet.spec.line, what, help)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failed(saw: &str) -> Problem {
        Problem::new("chapters/tea/Cargo.toml", 7, "`tea/main` does not hold", "").saw(saw)
    }

    #[test]
    fn of_many_rounds_it_is_said_how_often_and_what_was_seen() {
        let rounds = vec![failed("wall 2.1"), failed("wall 1.9"), failed("wall 2.1")];
        let problem = counted(rounds, 5).unwrap();
        assert_eq!(problem.what, "3 of 5 times: `tea/main` does not hold");
        assert_eq!(problem.saw, "wall 2.1; wall 1.9");
        let one = counted(vec![failed("wall 2.1")], 1).unwrap();
        assert_eq!(one.what, "`tea/main` does not hold");
        assert_eq!(one.saw, "wall 2.1");
    }

    #[test]
    fn very_many_values_are_cut_short() {
        let values: Vec<_> = (0..20).map(|n| format!("wall {n}")).collect();
        assert!(each_once(&values).ends_with("; wall 7; and 12 more"));
    }
}
