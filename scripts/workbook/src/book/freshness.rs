//! Whether a recording is of what stands on disk: the one place in which that is decided.

use std::collections::BTreeMap;

use crate::book::library::Library;
use crate::book::lock::Lock;
use crate::book::settings::Settings;
use crate::book::snippet::{ExpectedError, Signal, Snippet};
use crate::model::problem::Problem;
use crate::model::recording::{MadeFrom, Recording, Source};

/// The key of a deadline, in seconds.
const DEADLINE: &str = "deadline";

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

/// What a recording is made from, under this lock file and these settings.
pub(crate) fn made_from(
    lock: &Lock,
    settings: &Settings,
    snippet: &Snippet,
    sources: Vec<Source>,
) -> MadeFrom {
    let spec = &snippet.spec;
    let signal = |it: &Signal| ("signal", format!("{} at {}", it.send, it.at));
    let fails = |it: &ExpectedError| ("fails", it.to_string());
    let entry = spec.signal.iter().map(signal);
    let entry = entry.chain(spec.fails.iter().map(fails));
    let entry = entry.chain(spec.warns.iter().map(|it| ("warns", it.clone())));
    let entry = entry.chain([(DEADLINE, spec.deadline.to_string())]);
    MadeFrom {
        sources,
        dependencies: lock.dependencies_of(&snippet.chapter),
        profile: spec.profile.name().to_owned(),
        args: spec.args.clone(),
        settings: settings.of(lock, snippet),
        entry: entry.map(|(key, value)| (key.to_owned(), value)).collect(),
        flags: settings.flags(snippet.profile()),
    }
}

/// What of the manifest's entry, of cargo's settings or of this machine's flags is not as it was recorded.
fn why_set_otherwise(now: &MadeFrom, recording: &Recording) -> Option<String> {
    let was = &recording.made_from;
    if was.settings.is_empty() {
        return Some("it does not say how its program was built".into());
    }
    let run = &recording.run;
    let is_reached = |deadline: &String| {
        let deadline = deadline.parse().unwrap_or(f64::MAX);
        run.ending.is_at_deadline() || run.wall() > deadline
    };
    let mut entry = now.entry.clone();
    if !entry.get(DEADLINE).is_some_and(is_reached)
        && let Some(was) = was.entry.get(DEADLINE)
    {
        // A run that ends by itself does so under any longer deadline.
        entry.insert(DEADLINE.to_owned(), was.clone());
    }
    // First, as what is set for a snippet depends on it: of lints where it `warns`.
    if let Some(key) = different(&was.entry, &entry) {
        return Some(format!("its `{key}` has changed"));
    }
    match different(&was.settings, &now.settings) {
        Some("Cargo.lock") => {
            return Some("the version of something that it depends on has changed".into());
        }
        Some(place) => return Some(format!("`{place}` has changed")),
        None => {}
    }
    // What is set here and was not there is this machine's own affair, as its compiler is.
    let mut flags = was.flags.iter();
    let (key, value) = flags.find(|(key, value)| now.flags.get(*key) != Some(*value))?;
    Some(format!("it was recorded with `{key}={value}`"))
}

/// The first key whose value is another.
fn different<'a>(
    was: &'a BTreeMap<String, String>,
    now: &'a BTreeMap<String, String>,
) -> Option<&'a str> {
    let mut keys = was.keys().chain(now.keys());
    keys.find(|key| was.get(*key) != now.get(*key))
        .map(String::as_str)
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
        why_set_otherwise(&now, recording)
    }

    /// What a recording made now, from these sources, is made from.
    pub(crate) fn made_from(&self, snippet: &Snippet, sources: Vec<Source>) -> MadeFrom {
        made_from(&self.lock, &self.settings, snippet, sources)
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
