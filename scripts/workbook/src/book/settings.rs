//! What programs are made of beside their files: the versions of what they depend on, features, profiles, and flags for
//! the compiler. Each is known by the hash of what is said of it, so that a change of it makes recordings stale.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, OnceLock};

use toml::{Table, Value};

use crate::book::files;
use crate::book::hashes::short_hash;
use crate::book::house::{House, sorted_entries};
use crate::book::lock::Lock;
use crate::book::snippet::{Profile, Snippet};
use crate::book::vendored;

/// The part of every run's environment that is the same everywhere.
pub(crate) const ENVIRONMENT: [(&str, &str); 5] = [
    ("LANG", "C.UTF-8"),
    ("NO_COLOR", "1"),
    ("RAYON_NUM_THREADS", "4"),
    ("RUST_BACKTRACE", "0"),
    ("TOKIO_WORKER_THREADS", "4"),
];

/// What of a package's manifest makes no difference to its programs.
const TOLD: [&str; 12] = [
    "authors",
    "categories",
    "default-run",
    "description",
    "documentation",
    "homepage",
    "keywords",
    "license",
    "metadata",
    "publish",
    "readme",
    "repository",
];
/// The tables of cargo's configuration that make a difference.
const CONFIGURED: [&str; 5] = ["build", "env", "profile", "target", "unstable"];
/// What of its table `build` makes none.
const PLACES: [&str; 5] = [
    "build-dir",
    "dep-info-basedir",
    "incremental",
    "jobs",
    "target-dir",
];
/// What cargo runs instead of the compiler, in its table `build`.
const WRAPPERS: [&str; 2] = ["rustc-wrapper", "rustc-workspace-wrapper"];
/// Those that have the compiler called as it would have been, or not at all.
const CACHES: [&str; 5] = ["buildcache", "cachepot", "ccache", "fscache", "sccache"];

/// A chapter, a profile, and whether warnings are heard.
type SettingsOf = (String, &'static str, bool);

/// The settings as they stand on disk, each file read once.
#[derive(Debug)]
pub(crate) struct Settings {
    house: House,
    tables: Mutex<BTreeMap<PathBuf, Table>>,
    flags: OnceLock<BTreeMap<String, String>>,
    known: Mutex<BTreeMap<SettingsOf, BTreeMap<String, String>>>,
}

impl Settings {
    pub(crate) fn new(house: &House) -> Self {
        Self {
            house: house.clone(),
            tables: Mutex::default(),
            flags: OnceLock::new(),
            known: Mutex::default(),
        }
    }

    /// The hashes of all that is set for a snippet in the book itself, by where that stands.
    pub(crate) fn of(&self, lock: &Lock, snippet: &Snippet) -> BTreeMap<String, String> {
        let (chapter, profile) = (&snippet.chapter, snippet.profile());
        let key = (
            chapter.clone(),
            profile.name(),
            snippet.spec.warns.is_some(),
        );
        let mut known = self.known.lock().expect("nobody panics with the lock");
        known
            .entry(key)
            .or_insert_with(|| self.under(lock, snippet))
            .clone()
    }

    /// The same under this lock file, with everything else as it was when it was first asked for.
    pub(crate) fn under(&self, lock: &Lock, snippet: &Snippet) -> BTreeMap<String, String> {
        let (chapter, profile) = (&snippet.chapter, snippet.profile());
        let warns = snippet.spec.warns.is_some();
        let root = &self.table(&self.house.absolute("Cargo.toml"));
        let names = lock.names_below(chapter);
        let packages = lock.local_packages_of(chapter);
        let mut found = BTreeMap::new();
        let mut note = |place: String, what: &str| found.insert(place, short_hash(what));
        note("Cargo.lock".into(), &lock.versions_below(chapter));
        let name = profile.name();
        note(
            format!("Cargo.toml [profile.{name}]"),
            &text_of_profile(root, name, &names),
        );
        note(
            "Cargo.toml [workspace]".into(),
            &text_of_workspace(root, &names, warns),
        );
        for folder in package_folders(&self.house, &packages) {
            let file = folder.join("Cargo.toml");
            let mut manifest = self.table(&file);
            if let Some(Value::Table(package)) = manifest.get_mut("package") {
                package.retain(|key, _| !TOLD.contains(&key));
            }
            if !folder.ends_with(chapter) {
                manifest.remove("dev-dependencies");
            }
            if !warns {
                manifest.remove("lints");
            }
            note(self.house.relative(&file), &text(&manifest.into()));
        }
        let config = self.table(&self.house.absolute(".cargo/config.toml"));
        let config = with_effect_on_programs(config);
        if !config.is_empty() {
            note(".cargo/config.toml".into(), &text(&config.into()));
        }
        note(
            "the environment of runs".into(),
            &format!("{ENVIRONMENT:?}"),
        );
        found
    }

    /// A file of TOML, read once.
    fn table(&self, file: &Path) -> Table {
        let mut tables = self.tables.lock().expect("nobody panics with the lock");
        let read = || table(file);
        tables.entry(file.to_owned()).or_insert_with(read).clone()
    }

    /// What is set on this machine and not in the book, and has another program made of the same files: flags for the
    /// compiler, a target, and settings of this profile, by where that is said.
    pub(crate) fn flags(&self, profile: Profile) -> BTreeMap<String, String> {
        let flags = self.flags.get_or_init(|| self.find_flags());
        let other = match profile {
            Profile::Dev => "RELEASE",
            Profile::Release => "DEV",
        };
        let other = format!("CARGO_PROFILE_{other}_");
        let is_meant = |(key, _): &(&String, &String)| !key.starts_with(&other);
        let meant = flags.iter().filter(is_meant);
        meant
            .map(|(key, value)| (key.clone(), value.clone()))
            .collect()
    }

    /// What is run instead of the compiler, in the book and on this machine: cargo does not build anew where only that is
    /// another.
    pub(crate) fn wrappers(&self) -> String {
        let config = self.table(&self.house.absolute(".cargo/config.toml"));
        let build = with_effect_on_programs(config).remove("build");
        let own = WRAPPERS.map(|key| build.as_ref().and_then(|it| it.get(key)).map(text));
        let flags = self.flags.get_or_init(|| self.find_flags());
        format!("{own:?} {flags:?}")
    }

    fn find_flags(&self) -> BTreeMap<String, String> {
        let mut found = BTreeMap::new();
        for (key, value) in std::env::vars_os() {
            let (Some(key), Some(value)) = (key.to_str(), value.to_str()) else {
                continue;
            };
            let value = if key.ends_with("RUSTFLAGS") {
                with_effect(value.split([' ', '\x1f']))
            } else if is_wrapper(key) {
                wrapper(value)
            } else if key == "CARGO_BUILD_TARGET"
                || key.starts_with("CARGO_PROFILE_") && !key.ends_with("_INCREMENTAL")
            {
                value.to_owned()
            } else {
                continue;
            };
            if !value.is_empty() {
                found.insert(key.to_owned(), value);
            }
        }
        let own = self.house.absolute(".cargo");
        for file in vendored::configurations(self.house.root()) {
            let said = machine_config(&table(&file));
            if !file.starts_with(&own) && !said.is_empty() {
                let place = self.house.scrubber().scrub(&file.display().to_string());
                found.insert(place, said);
            }
        }
        found
    }
}

/// Whether a variable of the environment names what cargo is to run instead of the compiler.
fn is_wrapper(key: &str) -> bool {
    let key = key.strip_prefix("CARGO_BUILD_").unwrap_or(key);
    WRAPPERS.contains(&key.to_lowercase().replace('_', "-").as_str())
}

/// A wrapper that may have another program made; empty where it is none.
fn wrapper(program: &str) -> String {
    let name = Path::new(program).file_stem().unwrap_or_default();
    match CACHES.contains(&&*name.to_string_lossy()) {
        true => String::new(),
        false => program.to_owned(),
    }
}

/// The folders of packages, as far as they stand at most two folders below the root.
pub(crate) fn package_folders(house: &House, packages: &BTreeSet<String>) -> Vec<PathBuf> {
    let is_one = |folder: &PathBuf| {
        let name = folder.file_name().unwrap_or_default().to_string_lossy();
        packages.contains(&*name) && folder.join("Cargo.toml").is_file()
    };
    let top: Vec<_> = sorted_entries(house.root())
        .into_iter()
        .filter(|it| it.is_dir() && !is_skipped(it))
        .collect();
    let below = top.iter().flat_map(|folder| sorted_entries(folder));
    let mut folders: Vec<_> = below.filter(is_one).collect();
    folders.extend(top.into_iter().filter(is_one));
    folders
}

/// Folders in which no program has its sources, or where they would take long to find.
pub(crate) fn is_skipped(folder: &Path) -> bool {
    let name = folder.file_name().unwrap_or_default().to_string_lossy();
    name.starts_with('.') || ["target", "node_modules", "recordings"].contains(&&*name)
}

/// A file of TOML; an empty one where it is not there, or broken: then cargo builds nothing.
fn table(file: &Path) -> Table {
    let text = files::text(file).unwrap_or_default();
    text.parse().unwrap_or_default()
}

/// What the book's own configuration of cargo says that makes a difference.
fn with_effect_on_programs(mut config: Table) -> Table {
    config.retain(|key, _| CONFIGURED.contains(&key));
    if let Some(Value::Table(build)) = config.get_mut("build") {
        build.retain(|key, value| {
            let is_cache = value.as_str().is_some_and(|it| wrapper(it).is_empty());
            let is_passed_over = PLACES.contains(&key) || WRAPPERS.contains(&key) && is_cache;
            !is_passed_over
        });
    }
    config.retain(|_, value| value.as_table().is_none_or(|it| !it.is_empty()));
    config
}

/// A profile, but for what it says of packages that are not among these.
fn text_of_profile(root: &Table, name: &str, packages: &BTreeSet<&str>) -> String {
    let mut profile = root.get("profile").and_then(|it| it.get(name)).cloned();
    if let Some(Value::Table(profile)) = &mut profile {
        profile.remove("incremental");
        if let Some(Value::Table(of_packages)) = profile.get_mut("package") {
            of_packages.retain(|key, _| key == "*" || packages.contains(name_in(key)));
            if of_packages.is_empty() {
                profile.remove("package");
            }
        }
    }
    profile.map_or_else(String::new, |profile| text(&profile))
}

/// The package's name in `name@version`.
fn name_in(spec: &str) -> &str {
    spec.split(['@', ':']).next().unwrap_or(spec)
}

/// What the workspace says of these packages' features, and to all of its own.
fn text_of_workspace(root: &Table, packages: &BTreeSet<&str>, warns: bool) -> String {
    let Some(workspace) = root.get("workspace") else {
        return String::new();
    };
    let mut said = Table::new();
    let mut copy = |table: &Value, key: &str| {
        if let Some(value) = table.get(key) {
            said.insert(key.to_owned(), value.clone());
        }
    };
    copy(workspace, "resolver");
    if warns {
        copy(workspace, "lints");
    }
    if let Some(package) = workspace.get("package") {
        copy(package, "edition");
        copy(package, "version");
    }
    let dependencies = workspace.get("dependencies").and_then(Value::as_table);
    for (key, value) in dependencies.into_iter().flatten() {
        let name = value.get("package").and_then(Value::as_str).unwrap_or(key);
        if let Value::Table(value) = value
            && packages.contains(name)
        {
            // Which version it is, the lock file says.
            let mut value = value.clone();
            value.remove("version");
            if !value.is_empty() {
                said.insert(format!("dependency {key}"), value.into());
            }
        }
    }
    text(&said.into())
}

/// What a configuration of this machine says that has another program made.
fn machine_config(config: &Table) -> String {
    let mut said = Vec::new();
    let flags = |value: &Value| match value {
        Value::String(flags) => with_effect(flags.split(' ')),
        Value::Array(flags) => with_effect(flags.iter().filter_map(Value::as_str)),
        _ => String::new(),
    };
    if let Some(build) = config.get("build") {
        said.extend(build.get("rustflags").map(flags));
        said.extend(build.get("target").map(text));
        let wrappers = WRAPPERS.iter().filter_map(|key| build.get(*key)?.as_str());
        said.extend(wrappers.map(wrapper));
    }
    let targets = config.get("target").and_then(Value::as_table);
    let targets = targets.into_iter().flat_map(Table::values);
    said.extend(targets.filter_map(|it| it.get("rustflags")).map(flags));
    said.extend(config.get("profile").map(text));
    said.retain(|it| !it.is_empty());
    said.join(" ")
}

/// The compiler's flags, but for those that say how to link and which lints to heed: every machine may have its own.
fn with_effect<'a>(flags: impl Iterator<Item = &'a str>) -> String {
    let mut kept = Vec::new();
    let mut flags = flags.filter(|flag| !flag.is_empty());
    while let Some(flag) = flags.next() {
        let (option, value) = match flag {
            "-C" | "--codegen" => ("-C", flags.next().unwrap_or_default()),
            "-A" | "-W" | "-D" | "-F" | "--allow" | "--warn" | "--deny" | "--forbid"
            | "--cap-lints" => {
                flags.next();
                continue;
            }
            _ if flag.starts_with("-C") => ("-C", &flag[2..]),
            _ => ("", flag),
        };
        let is_lint = ["-A", "-W", "-D", "-F", "--cap-lints="];
        let is_lint = option.is_empty() && is_lint.iter().any(|it| value.starts_with(it));
        let links = option == "-C" && (value.starts_with("link-") || value.starts_with("linker"));
        if !is_lint && !links {
            kept.push(format!("{option} {value}").trim().to_owned());
        }
    }
    kept.join(" ")
}

/// The same text for the same values, in whichever order and however they are written.
fn text(value: &Value) -> String {
    match value {
        Value::Table(table) => {
            let mut entries: Vec<_> = table
                .iter()
                .map(|(key, value)| format!("{key:?}: {}", text(value)))
                .collect();
            entries.sort();
            format!("{{{}}}", entries.join(", "))
        }
        Value::Array(values) => {
            let values: Vec<_> = values.iter().map(text).collect();
            format!("[{}]", values.join(", "))
        }
        value => value.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_that_only_link_or_lint_make_no_difference() {
        let flags = |text: &str| with_effect(text.split(' '));
        assert_eq!(
            flags("-D warnings -C link-arg=-fuse-ld=mold -Clinker=clang"),
            ""
        );
        assert_eq!(
            flags("-C target-cpu=native -Dwarnings"),
            "-C target-cpu=native"
        );
        assert_eq!(
            flags("--cfg loom -Copt-level=3"),
            "--cfg loom -C opt-level=3"
        );
    }

    #[test]
    fn a_profile_is_the_same_however_it_is_written() {
        let of = |text: &str| {
            text_of_profile(
                &text.parse().unwrap(),
                "dev",
                &BTreeSet::from(["tea", "tokio"]),
            )
        };
        let one = of(
            "[profile.dev]\ndebug = 0\npanic = 'abort' # or not\n[profile.dev.package.cups]\nopt-level = 1",
        );
        assert_eq!(
            one,
            of("profile = { dev = { panic = \"abort\", debug = 0, incremental = true } }")
        );
        let other = of(
            "[profile.dev]\ndebug = 0\npanic = 'abort'\n[profile.dev.package.tea]\nopt-level = 1",
        );
        assert_ne!(one, other);
    }
}
