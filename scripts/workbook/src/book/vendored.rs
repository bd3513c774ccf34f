//! Where published packages stand on this machine: in cargo's own folder, or where `cargo vendor` has put them. A panic in
//! one of them names that place, and is to be told alike everywhere.

use std::path::{Path, PathBuf};

use toml::{Table, Value};

/// The files of cargo's configuration that are read for a build in `root`, that of the nearest folder first: see
/// "Hierarchical structure" in the Cargo book.
pub(crate) fn configurations(root: &Path) -> Vec<PathBuf> {
    let folders = root.ancestors().map(|folder| folder.join(".cargo"));
    let mut files = Vec::new();
    for folder in folders.chain(cargo_home()) {
        for file in ["config.toml", "config"].map(|name| folder.join(name)) {
            if file.is_file() && !files.contains(&file) {
                files.push(file);
            }
        }
    }
    files
}

fn cargo_home() -> Option<PathBuf> {
    let set = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    set.or_else(|| std::env::home_dir().map(|home| home.join(".cargo")))
}

/// Folders of packages, and what is told of each instead: `…` of one with all packages of a registry, each by its name and
/// version, and `…/tokio-1.54.1` of one that takes the place of a registry's.
pub(crate) fn packages(root: &Path) -> Vec<(PathBuf, String)> {
    let registries = cargo_home().map(|home| folders_in(&home.join("registry/src")));
    let registries = registries.into_iter().flatten();
    let mut packages: Vec<_> = registries.map(|folder| (folder, "…".to_owned())).collect();
    for configuration in configurations(root) {
        let config = table(&configuration).unwrap_or_default();
        let sources = config.get("source").and_then(Value::as_table);
        let folders = sources.into_iter().flat_map(Table::values);
        for folder in folders.filter_map(|it| it.get("directory")?.as_str()) {
            // Relative to the folder in which `.cargo` is.
            let base = configuration.ancestors().nth(2).unwrap_or(root);
            packages.extend(packages_in(&base.join(folder)));
        }
    }
    packages
}

fn packages_in(folder: &Path) -> Vec<(PathBuf, String)> {
    let folders = folders_in(folder).into_iter();
    let named = folders.filter_map(|folder| Some((folder.clone(), name_of(&folder)?)));
    named.collect()
}

fn folders_in(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let paths = entries.map(|entry| entry.path());
    paths.filter(|path| path.is_dir()).collect()
}

fn name_of(folder: &Path) -> Option<String> {
    let manifest = table(&folder.join("Cargo.toml"))?;
    let package = manifest.get("package")?;
    let text = |key: &str| package.get(key)?.as_str();
    Some(format!("…/{}-{}", text("name")?, text("version")?))
}

fn table(file: &Path) -> Option<Table> {
    std::fs::read_to_string(file).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packages_are_found_with_their_versions() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("clones/book");
        let write = |path: &str, text: &str| {
            let path = folder.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        };
        write(
            "clones/book/.cargo/config.toml",
            "[source.a]\ndirectory = \"vendor\"\n[source.b]\nreplace-with = \"a\"\n",
        );
        write(
            "clones/.cargo/config",
            "[source.c]\ndirectory = \"../crates\"\n",
        );
        write(
            "clones/book/vendor/leaf/Cargo.toml",
            "[package]\nname = \"leaf\"\nversion = \"1.0.0\"\n",
        );
        write(
            "clones/book/vendor/leaf-0.9.0/Cargo.toml",
            "[package]\nname = \"leaf\"\nversion = \"0.9.0\"\n",
        );
        write("clones/book/vendor/notes.txt", "");
        write(
            "clones/book/vendor/broken/Cargo.toml",
            "[package]\nname = 3\n",
        );
        write(
            "crates/twig/Cargo.toml",
            "[package]\nname = \"twig\"\nversion = \"2.0.0\"\n",
        );
        let mut found = packages(&root);
        found.retain(|(path, _)| path.starts_with(folder.path()));
        found.sort();
        let place = |path: &str| folder.path().join("clones").join(path);
        assert_eq!(
            found,
            [
                (place("../crates/twig"), "…/twig-2.0.0".to_owned()),
                (place("book/vendor/leaf"), "…/leaf-1.0.0".to_owned()),
                (place("book/vendor/leaf-0.9.0"), "…/leaf-0.9.0".to_owned()),
            ]
        );
    }
}
