//! `Cargo.lock`: which packages there are, and which versions a chapter depends on. Read as a file, so
//! that pages need neither cargo nor a network.

use std::collections::BTreeMap;

use serde::Deserialize;

#[derive(Debug, Default, Deserialize)]
pub(crate) struct Lock {
    #[serde(default)]
    package: Vec<Package>,
}

#[derive(Debug, Deserialize)]
struct Package {
    name: String,
    version: String,
    source: Option<String>,
    #[serde(default)]
    dependencies: Vec<String>,
}

impl Lock {
    /// # Errors
    /// Where the text is not that of a lock file.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        toml::from_str(text).map_err(|error| error.message().to_owned())
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
