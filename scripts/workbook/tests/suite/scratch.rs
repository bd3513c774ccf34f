//! The page for trying anything has every crate of the book, and says so.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

fn clone() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// What a manifest depends on.
fn crates(manifest: &str) -> BTreeSet<String> {
    let lines = manifest.lines();
    let names = lines.filter_map(|line| line.strip_suffix(".workspace = true"));
    // The package has these from the workspace, too.
    let own = ["version", "edition", "rust-version", "license", "publish"];
    names
        .filter(|name| !own.contains(name))
        .map(str::to_owned)
        .collect()
}

#[test]
fn scratch_has_every_crate_of_the_book_and_its_page_names_them() {
    let chapters = clone().join("chapters");
    let mut used = BTreeSet::new();
    for chapter in std::fs::read_dir(&chapters).expect("chapters").flatten() {
        if chapter.file_name() != "scratch" {
            used.extend(crates(&read(&chapter.path().join("Cargo.toml"))));
        }
    }
    assert!(used.len() > 15, "{used:?}");
    let has = crates(&read(&chapters.join("scratch/Cargo.toml")));
    assert_eq!(has, used);
    let page = read(&clone().join("book/scratch.md"));
    for name in has {
        assert!(
            page.contains(&format!("`{name}`")),
            "the page does not name {name}"
        );
    }
}
