//! The files that the pages are made from, each as it stood when it was read. What has changed is told by content: an
//! editor may write a file twice, or put an older one in its place.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::book::files;
use crate::book::house::House;

/// Folders with all that is in them, and files.
const PLACES: [&str; 7] = [
    "Cargo.lock",
    "book.toml",
    "book",
    "chapters",
    "scripts/shim/src",
    "scripts/workbook/src",
    "theme",
];
/// Bytes: a larger file is copied to the site, and no page is made from it.
const LARGEST: u64 = 4 << 20;

/// By path, relative to the root.
#[derive(Debug, Default)]
pub(crate) struct Texts(BTreeMap<String, Vec<u8>>);

impl Texts {
    /// Reads the files of the book, and those `others` that stand elsewhere. What cannot be read is not there.
    pub(crate) fn read<'a>(house: &House, others: impl IntoIterator<Item = &'a str>) -> Self {
        let mut texts = BTreeMap::new();
        let places = PLACES.map(|place| house.absolute(place));
        let files = places.into_iter().flat_map(|place| match place.is_dir() {
            true => files::tree(house.root(), &place).files,
            false => vec![place],
        });
        for file in files {
            if let Some(text) = read(&file) {
                texts.insert(house.relative(&file), text);
            }
        }
        for path in others {
            if !texts.contains_key(path)
                && let Some(text) = read(&house.absolute(path))
            {
                texts.insert(path.to_owned(), text);
            }
        }
        Self(texts)
    }

    /// The files that have changed, have come or have gone since `before`.
    pub(crate) fn changed_since(&self, before: &Self) -> BTreeSet<String> {
        let paths = self.0.keys().chain(before.0.keys());
        let changed = paths.filter(|path| self.0.get(*path) != before.0.get(*path));
        changed.cloned().collect()
    }

    /// The pages, and what stands in each.
    pub(crate) fn pages(&self) -> impl Iterator<Item = (&str, &str)> {
        let pages = self.0.iter().filter(|(path, _)| is_page(path));
        pages.filter_map(|(path, text)| Some((path.as_str(), std::str::from_utf8(text).ok()?)))
    }
}

/// Whether a file with this path is a page, and not the list of them.
pub(crate) fn is_page(path: &str) -> bool {
    path.starts_with("book/") && path.ends_with(".md") && path != "book/SUMMARY.md"
}

fn read(path: &Path) -> Option<Vec<u8>> {
    let metadata = path.metadata().ok()?;
    let is_read = metadata.is_file() && metadata.len() <= LARGEST;
    is_read.then(|| std::fs::read(path).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::book::small::SmallBook;

    #[test]
    fn what_has_another_content_has_changed() {
        let book = SmallBook::new();
        let write = |path: &str, text: &str| book.write(path, text);
        write("book/a/b.md", "one");
        write("book/c.md", "one");
        write("chapters/tea/Cargo.toml", "one");
        write("scripts/workbook/src/pot.rs", "one");
        write("sugar/src/lib.rs", "one");
        write("target/x", "one");
        let house = book.house();
        let read = || Texts::read(&house, ["sugar/src/lib.rs", "milk/src/lib.rs"]);
        let before = read();
        assert!(read().changed_since(&before).is_empty());
        for path in [
            "book/a/b.md",
            "chapters/tea/src/main.rs",
            "scripts/workbook/src/pot.rs",
            "sugar/src/lib.rs",
            "target/x",
        ] {
            write(path, "two");
        }
        write("chapters/tea/Cargo.toml", "one");
        std::fs::remove_file(book.path("book/c.md")).unwrap();
        let changed: Vec<_> = read().changed_since(&before).into_iter().collect();
        assert_eq!(
            changed,
            [
                "book/a/b.md",
                "book/c.md",
                "chapters/tea/src/main.rs",
                "scripts/workbook/src/pot.rs",
                "sugar/src/lib.rs"
            ]
        );
    }
}
