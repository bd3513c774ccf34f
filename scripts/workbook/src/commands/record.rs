//! `cargo workbook record`: builds the snippets once, runs each, writes the recordings.

use std::collections::BTreeMap;

use anyhow::Result;

use crate::book::house::House;
use crate::book::library::Library;
use crate::book::snippet::Snippet;
use crate::exec::cargo;
use crate::exec::session::Session;
use crate::model::problem::Problem;
use crate::model::units;
use crate::terminal::{self, complain, say};

/// Records the snippets that `names` mean, of them only the missing and stale ones if `stale`.
/// Returns whether all went well.
pub(crate) async fn record(house: &House, names: &[String], stale: bool) -> Result<bool> {
    let library = Library::read(house);
    let mut snippets = library.select(names)?;
    if stale {
        snippets.retain(|snippet| !library.freshness(snippet).is_fresh());
    }
    let (here, elsewhere): (Vec<_>, Vec<_>) = snippets
        .into_iter()
        .partition(|snippet| snippet.runs_here());
    for snippet in elsewhere {
        let why = snippet.why_not_here().unwrap_or_default();
        say!("not recorded: {} {why}", snippet.id());
    }
    if here.is_empty() {
        say!("nothing to record");
        return Ok(true);
    }
    // Of two programs of one name cargo keeps the last it built: neither is surely itself.
    let is_doubtful = |snippet: &&Snippet| library.problems_in(&snippet.source).next().is_some();
    let (doubtful, certain): (Vec<_>, Vec<_>) = here.iter().copied().partition(is_doubtful);
    let mut problems = problems_of(&library, &here, &doubtful);
    let built = cargo::build(&library, &certain).await?;
    let recorded = Session::new(&library, &built)?.record(&certain).await?;
    say!("{}", recorded.in_words());
    let flags = certain
        .iter()
        .map(|it| library.settings.flags(it.profile()));
    for (place, value) in flags.flatten().collect::<BTreeMap<_, _>>() {
        let what = format!("{place}={value}");
        say!("built with `{what}`, and stale where that is not set");
    }
    problems.extend(recorded.problems);
    let problems = terminal::report(problems);
    if problems > 0 {
        complain!(
            "{}: a run that does not show what it must is not recorded",
            units::count(problems, "problem")
        );
    }
    Ok(problems == 0)
}

/// What is wrong in the manifests of these snippets' chapters, as what one of them says may be what a run is held
/// against; and in the programs that are doubtful.
fn problems_of(library: &Library, here: &[&Snippet], doubtful: &[&Snippet]) -> Vec<Problem> {
    let manifests = here.iter().map(|snippet| snippet.manifest_path());
    let sources = doubtful.iter().map(|snippet| snippet.source.clone());
    let paths = manifests.chain(sources);
    paths
        .flat_map(|path| library.problems_in(&path).cloned().collect::<Vec<_>>())
        .collect()
}
