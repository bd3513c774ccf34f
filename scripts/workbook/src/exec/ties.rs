//! Ties what cargo has built to the contents of the files that it is made of. Cargo itself goes by dates, and by paths
//! within the workspace: it takes a program for fresh whose source is an older file than before, and the program of
//! another clone that has the same target folder for its own.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::path::{Component, Path, PathBuf};
use std::time::SystemTime;

use serde::{Deserialize, Serialize};

use crate::book::hashes::source_hash;
use crate::book::house::{House, sorted_entries};
use crate::book::library::Library;
use crate::book::settings::{is_skipped, package_folders};
use crate::book::snippet::Snippet;

/// The hashes of files, by their paths.
pub(crate) type SourceHashes = BTreeMap<PathBuf, String>;

/// What cargo has built of the book's own: a program, a library, what a build script is compiled to, or what that has said
/// when it ran.
#[derive(Debug, Clone)]
pub(crate) struct BuiltUnit {
    /// The snippet's id, where it is the program of one.
    pub(crate) snippet: Option<String>,
    pub(crate) package: String,
    /// The package's folder.
    pub(crate) folder: PathBuf,
    pub(crate) kind: BuiltKind,
    /// The file, or the first of several.
    pub(crate) file: PathBuf,
    /// Cargo has found it as it is, and compiled nothing.
    pub(crate) fresh: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BuiltKind {
    Program,
    Library,
    BuildScript,
    /// What a build script reads, the compiler does not know of, and cargo knows by its date alone.
    ScriptRun,
}

/// A built file, and the contents that it is surely made of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Tie {
    /// Which file it is: another build is another.
    stamp: String,
    /// What was run instead of the compiler.
    #[serde(default)]
    wrappers: String,
    /// The hashes of the files that it is made of, by their paths.
    pub(crate) sources: SourceHashes,
}

/// The ties of earlier builds, and the contents before this one.
#[derive(Debug)]
pub(crate) struct Ties {
    place: PathBuf,
    /// By the built files' paths.
    known: BTreeMap<PathBuf, Tie>,
    /// What build scripts had said when that was last looked at, by its stamp.
    said: BTreeMap<PathBuf, String>,
    began: SystemTime,
    wrappers: String,
    before: SourceHashes,
}

impl Ties {
    /// Looks at everything that these snippets may be made of, before they are built.
    pub(crate) fn before(library: &Library, snippets: &[&Snippet]) -> Self {
        let house = &library.house;
        let place = house.scratch().join("built.json");
        let known = read_known(&place);
        let chapters: BTreeSet<_> = snippets.iter().map(|it| it.chapter.as_str()).collect();
        let mut packages = BTreeSet::new();
        for chapter in chapters {
            packages.extend(library.lock.local_packages_of(chapter));
        }
        let mut files: BTreeSet<PathBuf> = BTreeSet::new();
        for folder in package_folders(house, &packages) {
            list_files(&folder, &mut files);
        }
        let earlier = known.values().flat_map(|tie| tie.sources.keys());
        files.extend(earlier.cloned());
        Self {
            place,
            said: known
                .iter()
                .map(|(file, tie)| (file.clone(), tie.stamp.clone()))
                .collect(),
            known,
            began: SystemTime::now(),
            wrappers: library.settings.wrappers(),
            before: hashes(files),
        }
    }

    /// Ties what was built just now, and what was found as it is where that is known to be of these very files. Returns
    /// what cannot be tied: it is of other contents, or nobody knows of which.
    pub(crate) fn tie(&mut self, house: &House, units: &[BuiltUnit]) -> Vec<BuiltUnit> {
        // What another process has built while cargo waited for it, it has tied.
        self.known.extend(read_known(&self.place));
        let lists: Vec<_> = units.iter().map(|unit| unit.sources(house)).collect();
        let now = hashes(lists.iter().flatten().flatten().cloned().collect());
        let mut untied = Vec::new();
        for (unit, list) in units.iter().zip(lists) {
            let tie = list.and_then(|list| {
                let of = |path: PathBuf| Some((path.clone(), now.get(&path)?.clone()));
                let sources = list.into_iter().map(of).collect::<Option<_>>()?;
                let stamp = stamp(&unit.file)?;
                let wrappers = self.wrappers.clone();
                Some(Tie {
                    stamp,
                    wrappers,
                    sources,
                })
            });
            let fresh = match unit.kind {
                BuiltKind::ScriptRun => !self.has_run(&unit.file),
                _ => unit.fresh,
            };
            let is_tied = tie.as_ref().is_some_and(|tie| match fresh {
                true => self.known.get(&unit.file) == Some(tie),
                false => tie
                    .sources
                    .iter()
                    .all(|(path, hash)| self.before.get(path) == Some(hash)),
            });
            match tie.filter(|_| is_tied) {
                Some(tie) => {
                    self.known.insert(unit.file.clone(), tie);
                }
                None => {
                    self.known.remove(&unit.file);
                    untied.push(unit.clone());
                }
            }
        }
        // What is built next is built of these, or of what is saved from now on.
        self.before.extend(now);
        self.write(house);
        untied
    }

    /// Whether a build script has run since it was last looked at. Cargo does not tell.
    fn has_run(&mut self, said: &Path) -> bool {
        let now = stamp(said).unwrap_or_default();
        let before = self.said.insert(said.to_owned(), now.clone());
        let is_new = || {
            said.metadata()
                .and_then(|it| it.modified())
                .is_ok_and(|it| it >= self.began)
        };
        before.map_or_else(is_new, |before| before != now)
    }

    /// The contents before a build, by path.
    pub(crate) fn contents(self) -> SourceHashes {
        self.before
    }

    /// What a built file is tied to.
    pub(crate) fn of(&self, file: &Path) -> Option<&Tie> {
        self.known.get(file)
    }

    /// Who cannot write it builds once more next time.
    fn write(&self, house: &House) {
        let is_there = |(file, _): &(&PathBuf, &Tie)| file.exists();
        let known: BTreeMap<_, _> = self.known.iter().filter(is_there).collect();
        if let Ok(text) = serde_json::to_string(&known) {
            let _ = house.write_whole(&self.place, &text);
        }
    }
}

fn read_known(place: &Path) -> BTreeMap<PathBuf, Tie> {
    let text = std::fs::read_to_string(place).unwrap_or_default();
    serde_json::from_str(&text).unwrap_or_default()
}

impl Tie {
    /// What has changed since: a source, or the built file itself; none where nothing has.
    pub(crate) fn what_changed(&self, file: &Path) -> Option<PathBuf> {
        if stamp(file).as_ref() != Some(&self.stamp) {
            return Some(file.to_owned());
        }
        changed(&self.sources)
    }
}

/// The first of the files that has other contents now.
pub(crate) fn changed(sources: &SourceHashes) -> Option<PathBuf> {
    let is_it = |(path, hash): &(&PathBuf, &String)| source_hash(path).ok().as_ref() != Some(*hash);
    sources.iter().find(is_it).map(|(path, _)| path.clone())
}

/// A file that is not the book's own, so that no other clone has it. What build scripts have written into the target
/// folder is made of the others.
pub(crate) fn outside<'a>(
    house: &House,
    sources: &'a SourceHashes,
    built: &Path,
) -> Option<&'a PathBuf> {
    let is_inside = |path: &PathBuf| {
        let mut whole = PathBuf::new();
        for part in path.components() {
            if part == Component::ParentDir {
                whole.pop();
            } else {
                whole.push(part);
            }
        }
        whole.starts_with(house.root())
    };
    let mut sources = sources.keys();
    sources.find(|path| !is_inside(path) && !is_built(path, built))
}

/// Whether a file is in the target folder of this program.
pub(crate) fn is_built(path: &Path, program: &Path) -> bool {
    let mut above = program.ancestors();
    let target = above.find(|folder| folder.join("CACHEDIR.TAG").is_file());
    target.is_some_and(|target| path.starts_with(target))
}

/// The hashes of files as they stand now; none of those that cannot be read.
pub(crate) fn hashes(files: BTreeSet<PathBuf>) -> SourceHashes {
    let of = |path: PathBuf| source_hash(&path).ok().map(|hash| (path, hash));
    files.into_iter().filter_map(of).collect()
}

impl BuiltUnit {
    /// The files that it is made of, as the compiler has listed them; none where there is no such list.
    fn sources(&self, house: &House) -> Option<BTreeSet<PathBuf>> {
        let list = match self.kind {
            BuiltKind::Program => self.file.with_extension("d"),
            BuiltKind::Library => {
                // `libtea-0123.rlib` stands beside `tea-0123.d`, and on Windows `tea-0123.dll` does.
                let name = self.file.file_stem()?.to_str()?;
                let list = |name: &str| self.file.with_file_name(format!("{name}.d"));
                let without = name.strip_prefix("lib").map(list);
                without
                    .filter(|it| it.exists())
                    .unwrap_or_else(|| list(name))
            }
            BuiltKind::BuildScript => {
                let beside = sorted_entries(self.file.parent()?);
                beside
                    .into_iter()
                    .find(|it| it.extension() == Some(OsStr::new("d")))?
            }
            BuiltKind::ScriptRun => return self.inputs(),
        };
        let text = std::fs::read_to_string(list).ok()?;
        let listed = files_listed(house, &text).into_iter();
        // The compiler works in the workspace's root, and for a package that is not of it in that one's folder.
        let place = |path: PathBuf| match path.strip_prefix(house.root()) {
            Ok(inside) if !path.exists() => self.folder.join(inside),
            _ => path,
        };
        Some(listed.map(place).collect())
    }

    /// The files that a build script has said it reads; all of its package where it says nothing of the kind. See "Change
    /// Detection" in the Cargo book.
    fn inputs(&self) -> Option<BTreeSet<PathBuf>> {
        let said = std::fs::read_to_string(&self.file).ok()?;
        let mut files = BTreeSet::new();
        let mut says = false;
        for line in said.lines() {
            let order = line
                .strip_prefix("cargo::")
                .or_else(|| line.strip_prefix("cargo:"));
            let Some((key, value)) = order.and_then(|it| it.split_once('=')) else {
                continue;
            };
            says |= key.starts_with("rerun-if-");
            if key == "rerun-if-changed" {
                let path = self.folder.join(value);
                match path.is_dir() {
                    true => list_files(&path, &mut files),
                    false => files.extend(path.is_file().then_some(path)),
                }
            }
        }
        if !says {
            list_files(&self.folder, &mut files);
        }
        Some(files)
    }

    /// The system that it is built for, where cargo was told one: `…/x86_64-unknown-linux-gnu/debug/…`.
    pub(crate) fn target(&self) -> Option<&str> {
        let is_profile = |folder: &&Path| folder.ends_with("debug") || folder.ends_with("release");
        let profile = self.file.ancestors().find(is_profile)?;
        let name = profile.parent()?.file_name()?.to_str()?;
        (name.matches('-').count() >= 2).then_some(name)
    }

    /// Removes it, so that cargo has to build it again; the sources, by whose dates cargo goes, are not ours to touch.
    /// Returns whether there was something to remove.
    pub(crate) fn remove(&self) -> bool {
        let Some(folder) = self.file.parent() else {
            return false;
        };
        let mut doomed = match self.kind {
            BuiltKind::Library => {
                let same = |it: &PathBuf| it.file_stem() == self.file.file_stem();
                sorted_entries(folder).into_iter().filter(same).collect()
            }
            BuiltKind::BuildScript => sorted_entries(folder),
            BuiltKind::Program => self.originals(folder),
            // Where it is missing, the script runs again.
            BuiltKind::ScriptRun => vec![self.file.clone()],
        };
        doomed.retain(|it| it.is_file() && it.extension() != Some(OsStr::new("d")));
        let removed = |file: &PathBuf| std::fs::remove_file(file).is_ok();
        doomed.iter().filter(|file| removed(file)).count() > 0
    }

    /// The files that the compiler has made, of which cargo gives the last under the program's own name:
    /// `examples/pour-0123456789abcdef`, `deps/tea-0123456789abcdef`.
    fn originals(&self, folder: &Path) -> Vec<PathBuf> {
        let stem = self.file.file_stem().unwrap_or_default().to_string_lossy();
        let stem = stem.replace('-', "_");
        let is_original = |it: &PathBuf| {
            let name = it.file_stem().unwrap_or_default().to_string_lossy();
            it.extension() == self.file.extension()
                && name.rsplit_once('-').is_some_and(|(name, hash)| {
                    name.replace('-', "_") == stem && u64::from_str_radix(hash, 16).is_ok()
                })
        };
        let beside = sorted_entries(folder).into_iter();
        let below = sorted_entries(&folder.join("deps")).into_iter();
        beside.chain(below).filter(is_original).collect()
    }
}

/// The files that a dep-info file lists: `target: file file …`, with `\ ` for a space in a name. Those of the workspace
/// may be relative to its root.
pub(crate) fn files_listed(house: &House, text: &str) -> BTreeSet<PathBuf> {
    let Some((_, list)) = text.lines().next().and_then(|line| line.split_once(": ")) else {
        return BTreeSet::new();
    };
    list.replace("\\ ", "\0")
        .split_whitespace()
        .map(|path| house.root().join(path.replace('\0', " ")))
        .collect()
}

/// Which file it is, without reading it: it is large, and whoever builds it anew makes it anew.
pub(crate) fn stamp(file: &Path) -> Option<String> {
    let metadata = file.metadata().ok()?;
    let made = metadata.modified().ok()?;
    let made = made.duration_since(std::time::UNIX_EPOCH).ok()?.as_nanos();
    #[cfg(unix)]
    let number = std::os::unix::fs::MetadataExt::ino(&metadata);
    #[cfg(not(unix))]
    let number = 0;
    Some(format!("{number} {} {made}", metadata.len()))
}

fn list_files(folder: &Path, files: &mut BTreeSet<PathBuf>) {
    for entry in sorted_entries(folder) {
        if entry.is_file() {
            files.insert(entry);
        } else if !is_skipped(&entry) {
            list_files(&entry, files);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::book::small::SmallBook;

    #[test]
    fn dep_info_lists_files_with_spaces() {
        let book = SmallBook::new();
        let house = book.house();
        let text = "/t/debug/examples/a: /b/my\\ book/a.rs lib.rs\n\n/b/lib.rs:\n";
        let files = [
            PathBuf::from("/b/my book/a.rs"),
            house.root().join("lib.rs"),
        ];
        assert_eq!(files_listed(&house, text), BTreeSet::from(files));
    }
}
