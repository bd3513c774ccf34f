//! Whether a recording is of what stands on disk: the one place in which that is decided.

use crate::book::library::Library;
use crate::book::snippet::Snippet;
use crate::model::problem::Problem;
use crate::model::recording::{MadeFrom, Recording, Source};

/// What there is of a snippet's recording.
#[derive(Debug)]
pub(crate) enum Freshness<'a> {
    Missing,
    /// There is a file, and it cannot be read; what is wrong with it is among the library's problems.
    Malformed,
    /// It is of something else: of what, in words.
    Stale(&'a Recording, String),
    Fresh(&'a Recording),
}

impl Freshness<'_> {
    pub(crate) fn is_fresh(&self) -> bool {
        matches!(self, Self::Fresh(_))
    }
}

impl Library {
    pub(crate) fn freshness(&self, snippet: &Snippet) -> Freshness<'_> {
        let id = snippet.id();
        match self.recording(&id) {
            None if self.malformed.contains(&id) => Freshness::Malformed,
            None => Freshness::Missing,
            Some(recording) => match self.why_stale(snippet, recording) {
                Some(why) => Freshness::Stale(recording, why),
                None => Freshness::Fresh(recording),
            },
        }
    }

    /// What has changed since the snippet was recorded; none where nothing has.
    fn why_stale(&self, snippet: &Snippet, recording: &Recording) -> Option<String> {
        let made_from = &recording.made_from;
        let listed = |path: &str| made_from.sources.iter().any(|source| source.path == path);
        if !listed(&snippet.source) {
            return Some(format!("it was not made from `{}`", snippet.source));
        }
        for Source { path, sha256 } in &made_from.sources {
            match self.hashes.of(&self.house, path) {
                Some(hash) if hash == *sha256 => {}
                Some(_) => return Some(format!("`{path}` has changed")),
                None => return Some(format!("`{path}` is gone")),
            }
        }
        let now = self.made_from(snippet, made_from.sources.clone());
        if now.dependencies != made_from.dependencies {
            let names = now.dependencies.keys().chain(made_from.dependencies.keys());
            let changed = names
                .into_iter()
                .find(|name| now.dependencies.get(*name) != made_from.dependencies.get(*name));
            let name = changed.map_or("", String::as_str);
            return Some(format!("the version of `{name}` has changed"));
        }
        if now.profile != made_from.profile {
            let profile = &made_from.profile;
            return Some(format!("it was recorded under the profile `{profile}`"));
        }
        if now.args != made_from.args {
            return Some("its arguments have changed".into());
        }
        None
    }

    /// What a recording made now, from these sources, is made from.
    pub(crate) fn made_from(&self, snippet: &Snippet, sources: Vec<Source>) -> MadeFrom {
        MadeFrom {
            sources,
            dependencies: self.lock.dependencies_of(&snippet.chapter),
            profile: snippet.spec.profile.name().to_owned(),
            args: snippet.spec.args.clone(),
        }
    }

    /// Recordings that are missing or stale. What is malformed is a problem already.
    pub(crate) fn find_unrecorded(&self, snippets: &[&Snippet]) -> Vec<Problem> {
        let unrecorded = |snippet: &&Snippet| {
            let id = snippet.id();
            let what = match self.freshness(snippet) {
                Freshness::Missing => format!("`{id}` has no recording"),
                Freshness::Stale(_, why) => format!("the recording of `{id}` is stale: {why}"),
                Freshness::Malformed | Freshness::Fresh(_) => return None,
            };
            let help = format!("run `cargo workbook record {id}`");
            Some(Problem::new(snippet.recording_path(), 0, what, help).readable())
        };
        snippets.iter().filter_map(unrecorded).collect()
    }
}
