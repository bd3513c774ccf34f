//! Which pages a change on disk concerns: those are built first. Whatever is missed here is there with the whole book,
//! which is built after them; so this may say too much or too little, but has to be quick.

use std::collections::BTreeSet;

use crate::book::exercise::{Exercise, ExerciseSpec};
use crate::book::library::Library;
use crate::book::snippet::{Snippet, manifest_path};
use crate::book::texts::{Texts, is_page};

/// The paths of the pages that are other than before, as these files have `changed`; none where that may be all.
pub(crate) fn pages(
    before: &Library,
    now: &Library,
    changed: &BTreeSet<String>,
    texts: &Texts,
) -> Option<BTreeSet<String>> {
    // What is neither a page nor of a program is how all pages look, or which there are.
    let is_for_all = |path: &&String| {
        let of_the_book = ["book.toml", "book/", "theme/"];
        !is_page(path) && of_the_book.iter().any(|it| path.starts_with(it))
    };
    if changed.iter().any(|path| is_for_all(&path)) {
        return None;
    }
    let named = other_names(before, now, changed);
    let is_concerned = |&(path, text): &(&str, &str)| {
        changed.contains(path) || named.iter().any(|name| text.contains(name))
    };
    let pages: Vec<_> = texts.pages().collect();
    let concerned: BTreeSet<_> = pages
        .iter()
        .filter(|page| is_concerned(page))
        .map(|(path, _)| (*path).to_owned())
        .collect();
    (concerned.len() < pages.len()).then_some(concerned)
}

/// What a page names that shows something else now: a snippet's id, or a source as CHAPTER/FILE or as its path in
/// `scripts`. It is looked for in the page's text, as the words of a question can have directives, too.
fn other_names(before: &Library, now: &Library, changed: &BTreeSet<String>) -> BTreeSet<String> {
    let mut names: BTreeSet<_> = changed.iter().filter_map(|path| source(path)).collect();
    let gone = |it: &&Snippet| now.snippet(&it.id()).is_none();
    names.extend(before.snippets.iter().filter(gone).map(Snippet::id));
    let lock = changed.contains("Cargo.lock");
    let is_other = |snippet: &&Snippet| {
        let says_other = || {
            let old = before.snippet(&snippet.id());
            changed.contains(&snippet.manifest_path())
                && old.is_none_or(|old| shown(old) != shown(snippet))
        };
        let depends_on_other = || {
            let of = |library: &Library| library.lock.dependencies_of(&snippet.chapter);
            lock && of(before) != of(now)
        };
        let is_made_from_other = || {
            let recording = now.recording(&snippet.id());
            let sources = recording.map_or(&[][..], |it| &it.made_from.sources);
            sources.iter().any(|source| changed.contains(&source.path))
        };
        changed.contains(&snippet.source)
            || changed.contains(&snippet.recording_path())
            || says_other()
            || is_made_from_other()
            || depends_on_other()
    };
    names.extend(now.snippets.iter().filter(is_other).map(Snippet::id));
    let of_other_exercise = |it: &&Exercise| {
        let folder = format!("{}/", it.folder());
        let says_other = || {
            let spec = |it: &Exercise| ExerciseSpec {
                line: 0,
                ..it.spec.clone()
            };
            let old = before.exercise(&it.id()).map(spec);
            changed.contains(&manifest_path(&it.chapter)) && old != Some(spec(it))
        };
        changed.iter().any(|path| path.starts_with(&folder)) || says_other()
    };
    names.extend(
        now.exercises
            .iter()
            .filter(of_other_exercise)
            .map(Exercise::id),
    );
    names
}

/// A file of a chapter's library, or of `scripts`, as a page names it.
fn source(path: &str) -> Option<String> {
    if path.starts_with("scripts/") && path.ends_with(".rs") {
        return Some(path.to_owned());
    }
    let (chapter, file) = path.strip_prefix("chapters/")?.split_once("/src/")?;
    Some(format!("{chapter}/{file}"))
}

/// All that is known of a snippet but for the line that says it.
fn shown(snippet: &Snippet) -> String {
    let mut snippet = snippet.clone();
    snippet.spec.line = 0;
    format!("{snippet:?}")
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::book::house::House;

    fn write(folder: &Path, path: &str, text: &str) {
        let path = folder.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    const MANIFEST: &str = "[package]\nname = \"tea\"\n\
        [package.metadata.workbook.main]\nabout = \"a\"\n\
        [package.metadata.workbook.pour]\nabout = \"b\"\n";

    /// The pages that are concerned when this file has this text.
    fn of(path: &str, text: &str) -> Option<Vec<String>> {
        let folder = tempfile::tempdir().unwrap();
        for (path, text) in [
            ("Cargo.lock", "version = 4\n"),
            ("book.toml", ""),
            ("book/SUMMARY.md", ""),
            ("book/assets/a.css", ""),
            (
                "book/cups.md",
                "# Cups\n\n{{#source scripts/workbook/src/tray.rs part=cups}}\n",
            ),
            (
                "book/pour.md",
                "{{#snippet tea/pour}}\n{{#source tea/cup.rs}}\n",
            ),
            (
                "book/tea.md",
                "```predict\nwhy = \"{{#value tea/main wall}}\"\n```\n",
            ),
            ("chapters/tea/Cargo.toml", MANIFEST),
            ("chapters/tea/src/main.rs", ""),
            ("chapters/tea/src/cup.rs", ""),
            ("chapters/tea/examples/pour.rs", ""),
            ("scripts/workbook/src/tray.rs", ""),
        ] {
            write(folder.path(), path, text);
        }
        let house = House::find(folder.path()).unwrap();
        let (before, texts) = (Library::read(&house), Texts::read(&house, []));
        write(folder.path(), path, text);
        let now = Texts::read(&house, []);
        let changed = now.changed_since(&texts);
        let pages = pages(&before, &before.read_again(), &changed, &now)?;
        Some(pages.into_iter().collect())
    }

    #[test]
    fn a_page_is_concerned_by_itself_and_by_what_it_names() {
        let said_otherwise = MANIFEST.replace("\"b\"", "\"c\"");
        for (path, text, concerned) in [
            ("book/cups.md", "# Three cups\n", "book/cups.md"),
            ("chapters/tea/src/main.rs", "//", "book/tea.md"),
            ("chapters/tea/src/cup.rs", "//", "book/pour.md"),
            ("scripts/workbook/src/tray.rs", "//", "book/cups.md"),
            ("chapters/tea/examples/pour.rs", "//", "book/pour.md"),
            ("chapters/tea/recordings/main.json", "{}", "book/tea.md"),
            ("chapters/tea/Cargo.toml", &said_otherwise, "book/pour.md"),
        ] {
            assert_eq!(of(path, text), Some(vec![concerned.to_owned()]), "{path}");
        }
        assert_eq!(of("chapters/tea/Cargo.toml", MANIFEST), Some(Vec::new()));
        let moved = format!("\n\n{MANIFEST}");
        assert_eq!(of("chapters/tea/Cargo.toml", &moved), Some(Vec::new()));
    }

    #[test]
    fn how_pages_look_concerns_all() {
        for path in [
            "book.toml",
            "book/SUMMARY.md",
            "book/assets/a.css",
            "book/cup.png",
            "theme/index.hbs",
        ] {
            assert_eq!(of(path, "# Other"), None, "{path}");
        }
        let gone = "[package]\nname = \"tea\"\n";
        assert_eq!(of("chapters/tea/Cargo.toml", gone).unwrap().len(), 2);
    }
}
