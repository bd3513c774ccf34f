//! `serve --record`, for authors: what is saved is built, run and recorded again, that alone, and the pages
//! show it.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Instant;

use anyhow::Result;
use tokio::sync::mpsc;

use crate::book::library::Library;
use crate::book::snippet::{Snippet, SnippetKind};
use crate::exec::session::Session;
use crate::model::units::seconds;
use crate::serve::builds::builder::Hold;
use crate::serve::http::pages::Pages;
use crate::serve::live::run::Live;
use crate::terminal::{self, complain, say};

/// Records what is saved.
#[derive(Debug)]
pub(crate) struct Author {
    live: Arc<Live>,
    pages: Arc<Pages>,
}

/// Snippets that are to be recorded. Until that is done and the pages show it, nothing else is built.
#[derive(Debug)]
pub(crate) struct Saved {
    pub(crate) ids: BTreeSet<String>,
    pub(crate) hold: Hold,
}

impl Author {
    pub(crate) fn new(live: Arc<Live>, pages: Arc<Pages>) -> Self {
        Self { live, pages }
    }

    /// Records what comes, without end. More of it during a run begins that anew.
    pub(crate) async fn work(&self, mut saved: mpsc::UnboundedReceiver<Saved>) {
        let mut next = saved.recv().await;
        while let Some(mut wanted) = next {
            loop {
                tokio::select! {
                    biased;
                    Some(more) = saved.recv() => {
                        say!("saved again, so once more from the beginning");
                        wanted.ids.extend(more.ids);
                        wanted.hold = more.hold;
                    }
                    () = self.record(&wanted.ids) => break,
                }
            }
            // Until the pages show it, or more is saved: that has a hold of its own.
            next = tokio::select! {
                more = saved.recv() => more,
                () = self.pages.are_new() => {
                    drop(wanted.hold);
                    saved.recv().await
                }
            };
        }
    }

    async fn record(&self, ids: &BTreeSet<String>) {
        let names: Vec<_> = ids.iter().map(String::as_str).collect();
        say!("saved: recording {}", names.join(", "));
        let start = Instant::now();
        match self.try_record(ids).await {
            Ok(0) => self.pages.want(),
            // The new recording is a change on disk, which has the pages built.
            Ok(_) => {}
            Err(error) => {
                complain!("error: {error:#}");
                self.pages.want();
            }
        }
        say!("that took {}", seconds(start.elapsed().as_secs_f64()));
    }

    /// Gives the number of recordings that were written.
    async fn try_record(&self, ids: &BTreeSet<String>) -> Result<usize> {
        let builds = &self.live.builds;
        let build = builds.build_alone(ids.iter().cloned().collect()).await;
        let library = &build.library;
        let snippets: Vec<_> = ids.iter().filter_map(|id| library.snippet(id)).collect();
        let alone = snippets.iter().any(|snippet| snippet.spec.alone);
        let _quiet = match alone {
            true => Some(builds.quiet(|words| say!("{words}")).await),
            false => None,
        };
        let wait = |place: crate::serve::live::queue::QueuePlace| {
            say!("{} readers run first", place.place);
        };
        let _permit = self.live.queue.enter(alone, wait).await;
        let recorded = Session::new(library, &build.built)?
            .record(&snippets)
            .await?;
        say!("{}", recorded.in_words());
        if terminal::report(recorded.problems) > 0 {
            complain!("a run that does not show what it must is not recorded");
        }
        Ok(recorded.written)
    }
}

/// The snippets that these changed files are of, and that need recording: because they have changed since, or because
/// their manifest now claims something else of them.
pub(crate) fn to_record(
    before: &Library,
    now: &Library,
    changed: &BTreeSet<String>,
) -> BTreeSet<String> {
    let needs_it = |snippet: &&Snippet| {
        let says_else = changed.contains(&snippet.manifest_path())
            && before
                .snippet(&snippet.id())
                .is_none_or(|old| !old.spec.is_run_as(&snippet.spec));
        let is_stale = || !now.freshness(snippet).is_fresh();
        snippet.runs_here() && (says_else || (is_of(now, snippet, changed) && is_stale()))
    };
    let snippets = now.snippets.iter().filter(needs_it);
    snippets.map(Snippet::id).collect()
}

/// Whether a snippet is made of any of these files.
fn is_of(library: &Library, snippet: &Snippet, files: &BTreeSet<String>) -> bool {
    let recording = library.recording(&snippet.id());
    let sources = recording.map_or(&[][..], |it| &it.made_from.sources);
    // A module that is new to it stands beside it, or below.
    let folder = match snippet.source.rsplit_once('/') {
        Some((folder, "main.rs")) if snippet.kind != SnippetKind::Lead => Some(folder),
        Some((folder, _)) if snippet.kind == SnippetKind::Lead => Some(folder),
        _ => None,
    };
    files.iter().any(|file| {
        let beside = folder.and_then(|folder| file.strip_prefix(folder));
        *file == snippet.source
            || sources.iter().any(|source| source.path == *file)
            || beside.is_some_and(|rest| rest.starts_with('/'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::book::house::House;
    use std::path::Path;

    const MANIFEST: &str = "[package]\nname = \"tea\"\n\
        [package.metadata.workbook.main]\nabout = \"a\"\nclaims = [\"lines = 1\"]\n\
        [package.metadata.workbook.pour]\nabout = \"b\"\nclaims = [\"lines = 1\"]\n";

    fn write(folder: &Path, path: &str, text: &str) {
        let path = folder.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    /// One chapter with a lead and two examples, none of them recorded.
    fn book() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (path, text) in [
            ("book.toml", ""),
            ("chapters/tea/Cargo.toml", MANIFEST),
            ("chapters/tea/src/main.rs", ""),
            ("chapters/tea/examples/pour.rs", ""),
            ("chapters/tea/examples/whole/main.rs", ""),
        ] {
            write(folder.path(), path, text);
        }
        folder
    }

    fn library(folder: &Path) -> Library {
        Library::read(&House::find(folder).unwrap())
    }

    fn meant(before: &Library, now: &Library, changed: &str) -> Vec<String> {
        let changed = BTreeSet::from([changed.to_owned()]);
        to_record(before, now, &changed).into_iter().collect()
    }

    #[test]
    fn a_saved_snippet_is_recorded_alone() {
        let folder = book();
        let now = library(folder.path());
        for (path, id) in [
            ("chapters/tea/examples/pour.rs", "tea/pour"),
            ("chapters/tea/src/main.rs", "tea/main"),
            ("chapters/tea/src/cup.rs", "tea/main"),
            ("chapters/tea/examples/whole/cup.rs", "tea/whole"),
        ] {
            assert_eq!(meant(&now, &now, path), [id], "{path}");
        }
        assert!(meant(&now, &now, "chapters/tea/README.md").is_empty());
    }

    #[test]
    fn a_saved_manifest_means_those_of_which_it_claims_something_else() {
        let folder = book();
        let path = "chapters/tea/Cargo.toml";
        let before = library(folder.path());
        assert!(meant(&before, &before, path).is_empty());
        let moved = MANIFEST
            .replace("[package.metadata.workbook.pour]", "\n$0")
            .replace("$0", "[package.metadata.workbook.pour]");
        write(folder.path(), path, &moved.replace("\"b\"", "\"more\""));
        let now = library(folder.path());
        assert!(
            meant(&before, &now, path).is_empty(),
            "no claim has changed"
        );
        let claims = MANIFEST.replacen("lines = 1", "lines = 2", 1);
        write(folder.path(), path, &claims);
        let now = library(folder.path());
        assert_eq!(meant(&before, &now, path), ["tea/main"]);
    }
}
