//! The files of the book as everybody reads them: regular ones of a bounded size, in UTF-8; and what in its folders is
//! not the book's, but was left there by an editor, a system or a copy.

use std::collections::BTreeSet;
use std::fmt;
use std::path::{Path, PathBuf};

use crate::book::house::sorted_entries;
use crate::model::problem::{Problem, line_of};

/// Bytes: what is larger was not written by hand, and no recording is half as large.
const LARGEST: u64 = 32 << 20;

/// Why a file cannot be read, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Unreadable {
    /// From 1; 0 where it is about the whole file.
    pub(crate) line: usize,
    pub(crate) what: String,
    pub(crate) help: &'static str,
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)
    }
}

impl std::error::Error for Unreadable {}

impl Unreadable {
    fn whole(what: impl Into<String>, help: &'static str) -> Self {
        Self {
            line: 0,
            what: what.into(),
            help,
        }
    }

    /// As a problem of the file at `path`, relative to the root. `name` says what was to be read.
    pub(crate) fn problem(&self, path: &str, name: &str) -> Problem {
        let what = format!("failed to read {name}: {}", self.what);
        Problem::new(path, self.line, what, self.help)
    }
}

/// The bytes of a file.
///
/// # Errors
/// Where it is not there, is no file (a pipe or a device would never end), or is far too large.
pub(crate) fn bytes(path: &Path) -> Result<Vec<u8>, Unreadable> {
    let of_system = |error: std::io::Error| {
        let help = match error.kind() {
            std::io::ErrorKind::NotFound => "bring the file back",
            _ => "let yourself read it",
        };
        Unreadable::whole(error.to_string(), help)
    };
    let metadata = path.metadata().map_err(of_system)?;
    if !metadata.is_file() {
        let what = match metadata.is_dir() {
            true => "it is a folder",
            false => "it is a pipe or a device, and not a file",
        };
        return Err(Unreadable::whole(what, "put a file in its place"));
    }
    if metadata.len() > LARGEST {
        let what = format!("it is larger than {} MB", LARGEST >> 20);
        return Err(Unreadable::whole(what, "bring the file back as it was"));
    }
    std::fs::read(path).map_err(of_system)
}

/// The text of a file.
///
/// # Errors
/// As those of [`bytes`], and where it is not UTF-8.
pub(crate) fn text(path: &Path) -> Result<String, Unreadable> {
    String::from_utf8(bytes(path)?).map_err(|error| {
        let sound = error.utf8_error().valid_up_to();
        let text = String::from_utf8_lossy(&error.as_bytes()[..sound]).into_owned();
        Unreadable {
            line: line_of(&text, text.len()),
            what: "it is not UTF-8".into(),
            help: "save it as UTF-8: there is a byte in this line that is no part of a character",
        }
    })
}

/// Whether a file or folder of this name is one that editors, systems and copies leave behind: `.#tea.md`, `._tea.rs`,
/// `.DS_Store`, `tea.rs~`, `#tea.rs#`, `tea.rs.orig`.
pub(crate) fn is_left_behind(name: &str) -> bool {
    name.starts_with('.')
        || name.ends_with('~')
        || name.starts_with('#')
        || [".orig", ".rej", ".bak", ".swp", ".tmp"]
            .iter()
            .any(|end| name.ends_with(end))
}

/// Whether a chapter, a program or a recording can be named so: not `pour copy` or `pour (1)`.
pub(crate) fn is_name(name: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    !name.is_empty() && name.bytes().all(is_part)
}

/// What a folder and those below it have.
#[derive(Debug, Default)]
pub(crate) struct Tree {
    /// The regular files of the book, sorted in each folder.
    pub(crate) files: Vec<PathBuf>,
    /// What was passed over: left behind, links to nowhere, links in a circle or out of the clone, pipes and devices,
    /// and names that are not UTF-8.
    pub(crate) passed_over: Vec<PathBuf>,
}

/// Looks through a folder. A link to a folder is followed where that is in the clone at `root` and not around this one,
/// and each folder is looked through once: so it ends, however links go round.
pub(crate) fn tree(root: &Path, folder: &Path) -> Tree {
    let mut tree = Tree::default();
    let mut seen = BTreeSet::new();
    // Where nothing leads: as long as it cannot be told, no link is followed.
    let root = root.canonicalize().unwrap_or_default();
    let from = folder.canonicalize().unwrap_or_default();
    let is_inside = |it: PathBuf| it.starts_with(&root) && !from.starts_with(it);
    // What folders are by themselves comes before what links make of them.
    let mut folders = vec![folder.to_owned()];
    let mut links: Vec<PathBuf> = Vec::new();
    while let Some(folder) = folders.pop().or_else(|| links.pop()) {
        if !folder.canonicalize().is_ok_and(|it| seen.insert(it)) {
            tree.passed_over.push(folder);
            continue;
        }
        for entry in sorted_entries(&folder) {
            let name = entry.file_name().and_then(|name| name.to_str());
            let Ok(metadata) = entry.metadata() else {
                tree.passed_over.push(entry);
                continue;
            };
            if name.is_none_or(is_left_behind) {
                tree.passed_over.push(entry);
            } else if metadata.is_file() {
                tree.files.push(entry);
            } else if !metadata.is_dir() {
                tree.passed_over.push(entry);
            } else if !entry.is_symlink() {
                folders.push(entry);
            } else if entry.canonicalize().is_ok_and(is_inside) {
                links.push(entry);
            } else {
                tree.passed_over.push(entry);
            }
        }
    }
    tree
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_behind_is_known_by_its_name() {
        for name in [
            ".#tea.md",
            "._tea.rs",
            ".DS_Store",
            "tea.rs~",
            "#tea.rs#",
            ".tea.md.swp",
            "tea.rs.orig",
            "4913~",
        ] {
            assert!(is_left_behind(name), "{name}");
        }
        for name in ["tea.md", "SUMMARY.md", "a_b.rs", "book.toml", "orig"] {
            assert!(!is_left_behind(name), "{name}");
        }
        for name in ["tea copy", "tea (1)", "té", ""] {
            assert!(!is_name(name), "{name}");
        }
        assert!(is_name("one_at-a-time2"));
    }

    #[test]
    fn what_is_no_text_says_why_and_where() {
        let folder = tempfile::tempdir().unwrap();
        let of = |name: &str, bytes: &[u8]| {
            let path = folder.path().join(name);
            std::fs::write(&path, bytes).unwrap();
            text(&path)
        };
        assert_eq!(of("a", "tea ☕".as_bytes()).unwrap(), "tea ☕");
        let latin = of("b", b"one\ntwo \xe9\n").unwrap_err();
        assert_eq!(
            (latin.line, latin.to_string().as_str()),
            (2, "it is not UTF-8")
        );
        assert_eq!(of("c", b"\xff\xfe").unwrap_err().line, 1);
        assert_eq!(text(folder.path()).unwrap_err().what, "it is a folder");
        assert!(text(&folder.path().join("d")).is_err());
        let large = std::fs::File::create(folder.path().join("e")).unwrap();
        large.set_len(LARGEST + 1).unwrap();
        let error = text(&folder.path().join("e")).unwrap_err();
        assert_eq!(error.what, "it is larger than 32 MB");
    }

    #[cfg(unix)]
    #[test]
    fn a_pipe_is_not_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        let pipe = folder.path().join("pipe.md");
        std::os::unix::net::UnixListener::bind(&pipe).unwrap();
        let error = text(&pipe).unwrap_err();
        assert_eq!(error.what, "it is a pipe or a device, and not a file");
        let error = text(Path::new("/dev/zero")).unwrap_err();
        assert_eq!(error.what, "it is a pipe or a device, and not a file");
    }

    #[cfg(unix)]
    #[test]
    fn links_in_a_circle_come_to_an_end() {
        use std::os::unix::fs::symlink;
        let folder = tempfile::tempdir().unwrap();
        let book = folder.path().join("book");
        std::fs::create_dir_all(book.join("a/b")).unwrap();
        std::fs::write(book.join("a/b/tea.md"), "").unwrap();
        for name in ["one", "two", "three"] {
            symlink(&book, book.join("a").join(name)).unwrap();
        }
        symlink(book.join("a"), book.join("again")).unwrap();
        symlink("/", book.join("all")).unwrap();
        symlink("nowhere", book.join(".#tea.md")).unwrap();
        symlink("itself", book.join("itself")).unwrap();
        let tree = tree(folder.path(), &book);
        assert_eq!(tree.files, [book.join("a/b/tea.md")]);
        assert_eq!(tree.passed_over.len(), 7, "{:?}", tree.passed_over);
    }
}
