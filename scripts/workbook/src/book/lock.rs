//! `Cargo.lock`: which packages there are, and which versions a chapter depends on. Read as a file, so
//! that pages need neither cargo nor a network.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde::Deserialize;

use crate::book::files;
use crate::book::house::House;
use crate::model::problem::{Problem, line_of};

#[derive(Debug, Default, Deserialize)]
pub(crate) struct Lock {
    #[serde(default)]
    package: Vec<Package>,
}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
struct Package {
    name: String,
    version: String,
    source: Option<String>,
    checksum: Option<String>,
    #[serde(default)]
    dependencies: Vec<String>,
}

impl Lock {
    /// # Errors
    /// Where the text is not that of a lock file.
    pub(crate) fn parse(text: &str) -> Result<Self, Problem> {
        toml::from_str(text).map_err(|error: toml::de::Error| {
            let line = error.span().map_or(1, |span| line_of(text, span.start));
            let what = format!("failed to read the lock file: {}", error.message());
            Problem::new("Cargo.lock", line, what, "")
        })
    }

    /// The book's lock file as it stands now; an empty one where it cannot be read.
    pub(crate) fn read(house: &House) -> Self {
        let text = files::text(&house.absolute("Cargo.lock")).unwrap_or_default();
        Self::parse(&text).unwrap_or_default()
    }

    /// Whether a package from a registry has this name.
    pub(crate) fn has_dependency(&self, name: &str) -> bool {
        self.package
            .iter()
            .any(|package| package.name == name && package.source.is_some())
    }

    /// Whether any package has this name, from a registry or of the workspace.
    pub(crate) fn has_package(&self, name: &str) -> bool {
        self.package.iter().any(|package| package.name == name)
    }

    /// The direct dependencies of the workspace's package `name`, with their versions.
    pub(crate) fn dependencies_of(&self, name: &str) -> BTreeMap<String, String> {
        let package = self
            .package
            .iter()
            .find(|package| package.name == name && package.source.is_none());
        let entries = package.map_or(&[][..], |package| &package.dependencies);
        entries
            .iter()
            .map(|entry| {
                // An entry is `name`, or `name version` where the name alone would not do.
                let mut words = entry.split(' ');
                let name = words.next().unwrap_or_default();
                let version = words.next().or_else(|| self.version_of(name));
                (name.to_owned(), version.unwrap_or("?").to_owned())
            })
            .collect()
    }

    /// The packages that a chapter's programs are made of, directly or not, itself among them: each with what tells it
    /// from its other versions.
    fn closure_of(&self, chapter: &str) -> BTreeSet<&Package> {
        let mut by_name: HashMap<&str, Vec<&Package>> = HashMap::new();
        for package in &self.package {
            by_name.entry(&package.name).or_default().push(package);
        }
        let mut found = BTreeSet::new();
        let is_it = |package: &&Package| package.name == chapter && package.source.is_none();
        let mut open: Vec<_> = self.package.iter().filter(is_it).collect();
        while let Some(package) = open.pop() {
            if !found.insert(package) {
                continue;
            }
            for entry in &package.dependencies {
                let mut words = entry.split(' ');
                let (name, version) = (words.next().unwrap_or_default(), words.next());
                let is_meant = |it: &&Package| version.is_none_or(|version| it.version == version);
                let named = by_name.get(name).into_iter().flatten().copied();
                open.extend(named.filter(is_meant));
            }
        }
        found
    }

    /// The packages on which a chapter depends, directly or not, and that are no registry's: itself, too.
    pub(crate) fn local_packages_of(&self, chapter: &str) -> BTreeSet<String> {
        let closure = self.closure_of(chapter).into_iter();
        let local = closure.filter(|package| package.source.is_none());
        let names = local.map(|package| package.name.clone());
        names.chain([chapter.to_owned()]).collect()
    }

    /// The names of all that a chapter depends on, directly or not, and its own.
    pub(crate) fn names_below(&self, chapter: &str) -> BTreeSet<&str> {
        let closure = self.closure_of(chapter).into_iter();
        closure.map(|package| package.name.as_str()).collect()
    }

    /// What a chapter depends on, directly or not, with what tells it from its other versions, a line each.
    pub(crate) fn versions_below(&self, chapter: &str) -> String {
        let closure = self.closure_of(chapter).into_iter();
        let line = |package: &Package| {
            let Package {
                name,
                version,
                source,
                checksum,
                ..
            } = package;
            let [source, checksum] = [source, checksum].map(|it| it.as_deref().unwrap_or("-"));
            format!("{name} {version} {source} {checksum}\n")
        };
        closure
            .filter(|package| package.source.is_some())
            .map(line)
            .collect()
    }

    fn version_of(&self, name: &str) -> Option<&str> {
        self.package
            .iter()
            .find(|package| package.name == name)
            .map(|package| package.version.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOCK: &str = r#"
        version = 4
        [[package]]
        name = "futures"
        version = "0.3.34"
        source = "registry"
        [[package]]
        name = "toml"
        version = "0.5.0"
        source = "registry"
        [[package]]
        name = "toml"
        version = "1.2.1"
        source = "registry"
        [[package]]
        name = "join"
        version = "0.1.0"
        dependencies = ["futures", "toml 1.2.1"]
    "#;

    #[test]
    fn a_chapters_dependencies_have_versions() {
        let lock = Lock::parse(LOCK).unwrap();
        let dependencies = lock.dependencies_of("join");
        assert_eq!(dependencies["futures"], "0.3.34");
        assert_eq!(dependencies["toml"], "1.2.1");
        assert!(lock.dependencies_of("futures").is_empty());
    }

    #[test]
    fn a_chapter_is_not_a_dependency() {
        let lock = Lock::parse(LOCK).unwrap();
        assert!(lock.has_dependency("futures"));
        assert!(!lock.has_dependency("join"));
        assert!(lock.has_package("join"));
        assert!(!lock.has_package("joined"));
    }
}
