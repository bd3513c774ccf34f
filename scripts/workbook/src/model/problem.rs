//! What is wrong, where it stands, and what mends it: every finding of the tool is a value of this kind.

use std::fmt;

/// One thing that is wrong in the book.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Problem {
    /// The file, relative to the book's root, with `/` between its parts.
    pub(crate) path: String,
    /// The line in it, from 1; 0 where the file as a whole is meant.
    pub(crate) line: usize,
    /// What is wrong.
    pub(crate) what: String,
    /// What was seen instead, which may differ from run to run; empty where there is nothing to add.
    pub(crate) saw: String,
    /// What the reader of the message can do about it.
    pub(crate) help: String,
    /// Whether the pages can be read all the same: a stale recording can, a misspelt directive cannot.
    pub(crate) readable: bool,
}

impl Problem {
    pub(crate) fn new(
        path: impl Into<String>,
        line: usize,
        what: impl Into<String>,
        help: impl Into<String>,
    ) -> Self {
        Self {
            path: path.into(),
            line,
            what: what.into(),
            saw: String::new(),
            help: help.into(),
            readable: false,
        }
    }

    /// A problem of which its finder knows no place.
    pub(crate) fn nowhere(what: impl Into<String>, help: impl Into<String>) -> Self {
        Self::new("", 0, what, help)
    }

    /// The same problem, in this file.
    pub(crate) fn in_file(mut self, path: impl Into<String>) -> Self {
        self.path = path.into();
        self
    }

    /// The same problem, in this line of its file.
    pub(crate) fn at_line(mut self, line: usize) -> Self {
        self.line = line;
        self
    }

    /// The same problem, with what can be done about it.
    pub(crate) fn helped(mut self, help: impl Into<String>) -> Self {
        self.help = help.into();
        self
    }

    /// The same problem, with what was seen.
    pub(crate) fn saw(mut self, saw: impl Into<String>) -> Self {
        self.saw = saw.into();
        self
    }

    /// The same problem, as one that leaves the pages readable.
    pub(crate) fn readable(mut self) -> Self {
        self.readable = true;
        self
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.path.as_str(), self.line) {
            ("", _) => f.write_str(&self.what)?,
            (path, 0) => write!(f, "{path}: {}", self.what)?,
            (path, line) => write!(f, "{path}:{line}: {}", self.what)?,
        }
        if !self.saw.is_empty() {
            write!(f, ": {}", self.saw)?;
        }
        if !self.help.is_empty() {
            write!(f, "\n  help: {}", self.help)?;
        }
        Ok(())
    }
}

/// Sorts problems by place and drops what was found twice.
pub(crate) fn in_order(mut problems: Vec<Problem>) -> Vec<Problem> {
    problems.sort();
    problems.dedup();
    problems
}

/// The line, from 1, in which the byte at `offset` stands.
pub(crate) fn line_of(text: &str, offset: usize) -> usize {
    let before = text.as_bytes().get(..offset).unwrap_or(text.as_bytes());
    // Asked for each directive of a page, so not byte by byte in a build that is not optimised.
    1 + memchr::memchr_iter(b'\n', before).count()
}

/// A word is meant for a candidate when more of both than this is the same.
const ALIKE: f32 = 0.6;
/// Bytes of the longest word that is compared at all: who asks decides how long that takes.
const LONGEST: usize = 100;

/// The candidate that `word` was probably meant to be.
pub(crate) fn closest<'a>(
    word: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    if word.len() > LONGEST {
        return None;
    }
    candidates
        .into_iter()
        .filter(|candidate| candidate.len() <= LONGEST && may_be_alike(word, candidate))
        .map(|candidate| {
            let ratio = similar::TextDiff::from_chars(word, candidate).ratio();
            (ratio, candidate)
        })
        .filter(|(ratio, _)| *ratio > ALIKE)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, candidate)| candidate)
}

/// Whether two words have enough letters in common, in whatever order. If not, there is no need to compare them.
fn may_be_alike(a: &str, b: &str) -> bool {
    let letters = |word: &str| {
        let mut letters = [0_usize; 256];
        for byte in word.bytes() {
            letters[usize::from(byte)] += 1;
        }
        letters
    };
    let (of_a, of_b) = (letters(a), letters(b));
    let common: usize = of_a.iter().zip(of_b).map(|(a, b)| *a.min(&b)).sum();
    // Of letters that are several bytes each, all bytes count here, and so no word is left out that is alike: those are
    // compared below.
    let is_plain = a.is_ascii() && b.is_ascii();
    !is_plain || 2.0 * common as f32 > ALIKE * (a.len() + b.len()) as f32
}

/// A name that somebody else chose, as it stands in a message: not at any length.
pub(crate) fn shown(name: &str) -> std::borrow::Cow<'_, str> {
    match name.char_indices().nth(LONGEST) {
        None => name.into(),
        Some((end, _)) => format!("{}…", &name[..end]).into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_names_place_and_cure() {
        let problem = Problem::new("book/a.md", 3, "it is broken", "mend it");
        assert_eq!(
            problem.to_string(),
            "book/a.md:3: it is broken\n  help: mend it"
        );
        let whole = Problem::new("book/a.md", 0, "it is broken", "");
        assert_eq!(whole.to_string(), "book/a.md: it is broken");
    }

    #[test]
    fn lines_count_from_one() {
        assert_eq!(line_of("a\nb\nc", 0), 1);
        assert_eq!(line_of("a\nb\nc", 2), 2);
        assert_eq!(line_of("a\nb\nc", 99), 3);
    }

    #[test]
    fn a_misspelt_word_finds_its_neighbour() {
        let names = ["threads/main", "threads/rayon_teas"];
        assert_eq!(
            closest("threads/rayon_tea", names),
            Some("threads/rayon_teas")
        );
        assert_eq!(closest("zzz", names), None);
        assert_eq!(closest("", names), None);
        assert_eq!(closest("thé", ["thés", "threads"]), Some("thés"));
    }

    #[test]
    fn no_word_is_too_long_to_be_answered_at_once() {
        let names: Vec<_> = (0..300).map(|n| format!("threads/tea_{n}")).collect();
        let names = || names.iter().map(String::as_str);
        let long = ["a", "é", "threads/", "\0"].map(|part| part.repeat(1_000_000));
        let start = std::time::Instant::now();
        for word in &long {
            assert_eq!(closest(word, names()), None);
            assert_eq!(closest("threads/tea", [word.as_str()]), None);
            assert!(shown(word).chars().count() <= LONGEST + 1);
        }
        let took = start.elapsed();
        assert!(took.as_secs_f64() < 1.0, "{took:?}");
        assert_eq!(shown("threads/main"), "threads/main");
    }
}
