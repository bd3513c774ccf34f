//! `cargo workbook check`: runs every snippet again, and finds everything that is not as the pages say.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;

use crate::compile;
use crate::house::House;
use crate::library::Library;
use crate::links;
use crate::page::Page;
use crate::problem::{self, Problem};
use crate::record;
use crate::snippet::Snippet;

/// Checks the whole book, of its runs those that `names` mean. Returns whether all is well.
pub(crate) async fn check(house: &House, names: &[String], repeat: u32) -> Result<bool> {
    let library = Library::read(house);
    let snippets = library.select(names)?;
    let mut problems = find_in_files(&library, names, &snippets)?;

    let here: Vec<_> = snippets
        .iter()
        .copied()
        .filter(|snippet| snippet.runs_here())
        .collect();
    for snippet in snippets.iter().filter(|snippet| !snippet.runs_here()) {
        let platforms = snippet.spec.platforms.join(", ");
        println!("not checked: {} runs on {platforms} only", snippet.id());
    }
    if !here.is_empty() {
        problems.extend(run(&library, &here, repeat).await?);
    }
    let found = problem::report(problems);
    if found > 0 {
        eprintln!("{} found", problem::count(found, "problem"));
    } else {
        println!(
            "all is as the pages say: {}, {}",
            problem::count(library.chapters.len(), "chapter"),
            problem::count(here.len(), "snippet")
        );
    }
    Ok(found == 0)
}

/// Runs the snippets `repeat` times and holds each run against its claims. Of a problem that comes more
/// than once, it is said how often.
async fn run(library: &Library, here: &[&Snippet], repeat: u32) -> Result<Vec<Problem>> {
    let built = compile::build(library, here)?;
    let mut times: BTreeMap<(String, usize, String), (u32, Problem)> = BTreeMap::new();
    for round in 1..=repeat {
        if repeat > 1 {
            println!("round {round} of {repeat}");
        }
        let runs = record::gather_built(library, here, &built, "checking").await?;
        let mut problems = runs.problems;
        for (snippet, recording) in &runs.recordings {
            problems.extend(record::inspect(
                snippet,
                recording,
                &runs.recordings,
                library,
                true,
            ));
            problems.extend(recorded_otherwise(library, snippet, recording));
        }
        for problem in problems {
            // What was seen differs from round to round, what failed does not.
            let key = (problem.path.clone(), problem.line, problem.what.clone());
            times.entry(key).or_insert_with(|| (0, problem)).0 += 1;
        }
        println!("{}", runs.summary);
    }
    let count = |(times, mut problem): (u32, Problem)| {
        if repeat > 1 {
            problem.what = format!("{times} of {repeat} times: {}", problem.what);
        }
        problem
    };
    Ok(times.into_values().map(count).collect())
}

/// A run that ends otherwise than the recording that the page shows.
fn recorded_otherwise(
    library: &Library,
    snippet: &Snippet,
    now: &crate::recording::Recording,
) -> Option<Problem> {
    let recorded = library.recording(&snippet.id())?;
    (recorded.ending != now.ending).then(|| {
        let id = snippet.id();
        let what = format!(
            "`{id}` ended with `{}`, recorded is `{}`",
            now.ending, recorded.ending
        );
        let help = format!("mend the program, or run `cargo workbook record {id}`");
        Problem::new(snippet.recording_path(), 0, what, help)
    })
}

/// What is wrong in pages, manifests and recordings, without running anything.
fn find_in_files(
    library: &Library,
    names: &[String],
    snippets: &[&Snippet],
) -> Result<Vec<Problem>> {
    let house = &library.house;
    let mut problems = library.problems.clone();
    problems.extend(library.find_unrecorded(snippets));
    let pages = links::read_pages(house);
    problems.extend(links::find_unlisted(&pages));
    problems.extend(pages.values().flat_map(|page| page.problems.clone()));
    problems.extend(find_unshown(library, &pages));
    problems.extend(find_unknown_in_claims(library));
    for path in pages.keys() {
        let text = std::fs::read_to_string(house.absolute(path)).unwrap_or_default();
        problems.extend(crate::render::page(library, path, &text).1);
    }
    let site = house.scratch().join("check");
    let built = build_site(house, &site);
    problems.extend(links::find_dead(
        house,
        &pages,
        built.is_ok().then_some(&site),
    ));
    match built {
        // What it finds was found above.
        Ok(_) => {}
        Err(error) => {
            let help = "mend what stands above, and run the check again";
            let what = format!("{error:#}");
            problems.push(Problem::new("book.toml", 0, what, help));
        }
    }
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
fn build_site(house: &House, site: &std::path::Path) -> Result<Vec<Problem>> {
    let (house, site) = (house.clone(), site.to_owned());
    // `MDBook` cannot go from thread to thread, and its build would hold up the runtime.
    let thread = std::thread::spawn(move || crate::site::build(&house, &site));
    thread
        .join()
        .unwrap_or_else(|_| anyhow::bail!("mdBook panicked while it built the pages"))
}

/// Programs that no page shows.
fn find_unshown(library: &Library, pages: &BTreeMap<String, Page>) -> Vec<Problem> {
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
            if let crate::claim::Kind::Compare(_, _, crate::claim::Value::Of(_, _, id)) =
                &claim.kind
                && library.snippet(id).is_none()
            {
                let (what, help) = library.unknown(id);
                let what = format!("claim `{}`: {what}", claim.text);
                let path = snippet.manifest_path();
                problems.push(Problem::new(path, snippet.spec.line, what, help));
            }
        }
    }
    problems
}
