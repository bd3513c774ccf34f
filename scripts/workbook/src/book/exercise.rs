//! An exercise: what a reader is to do, where its files stand, and how its starter and its wrong solutions must fail.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::LazyLock;

use regex::Regex;

use crate::book::snippet::ExpectedError;
use crate::model::verdict::FailureKind;

/// An exercise of the book.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Exercise {
    pub(crate) chapter: String,
    pub(crate) name: String,
    pub(crate) spec: ExerciseSpec,
    /// The names of its tests, as they stand in `tests.rs`.
    pub(crate) tests: Vec<String>,
}

/// What `[package.metadata.workbook.exercise.NAME]` says.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ExerciseSpec {
    pub(crate) about: String,
    pub(crate) kind: ExerciseKind,
    /// How long it takes, as its author estimates it.
    pub(crate) minutes: u32,
    /// Each a step further than the one before.
    pub(crate) hints: Vec<String>,
    pub(crate) starter: Option<ExpectedFailure>,
    /// The wrong solutions by name, and the line of each.
    pub(crate) wrong: BTreeMap<String, (ExpectedFailure, usize)>,
    /// Seconds after which a test is stopped.
    pub(crate) deadline: f64,
    /// The line of the table in the chapter's manifest.
    pub(crate) line: usize,
}

/// How the starter or a wrong solution must fail.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum ExpectedFailure {
    /// The compiler refuses it.
    Refused(ExpectedError),
    /// This test ends so.
    Test(FailureKind, String),
}

/// What there is to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ExerciseKind {
    MendHang,
    MendSlow,
    FindLost,
    MakeCompile,
    Write,
    Order,
    Shrink,
    Draw,
}

impl ExerciseKind {
    pub(crate) const ALL: [Self; 8] = [
        Self::MendHang,
        Self::MendSlow,
        Self::FindLost,
        Self::MakeCompile,
        Self::Write,
        Self::Order,
        Self::Shrink,
        Self::Draw,
    ];

    /// As it is written in a manifest.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::MendHang => "hang",
            Self::MendSlow => "slow",
            Self::FindLost => "lost",
            Self::MakeCompile => "compile",
            Self::Write => "write",
            Self::Order => "order",
            Self::Shrink => "shrink",
            Self::Draw => "draw",
        }
    }

    /// What a reader is told of it.
    pub(crate) fn in_words(self) -> &'static str {
        match self {
            Self::MendHang => "mend what hangs",
            Self::MendSlow => "mend what crawls",
            Self::FindLost => "find what is lost",
            Self::MakeCompile => "make it compile",
            Self::Write => "write it from its tests",
            Self::Order => "put the lines in order",
            Self::Shrink => "make the future smaller",
            Self::Draw => "make it draw this picture",
        }
    }
}

impl Default for ExerciseSpec {
    fn default() -> Self {
        Self {
            about: String::new(),
            kind: ExerciseKind::Write,
            minutes: 0,
            hints: Vec::new(),
            starter: None,
            wrong: BTreeMap::new(),
            deadline: 2.0,
            line: 0,
        }
    }
}

impl ExpectedFailure {
    /// Reads `hangs in TEST`, or `does not compile E0277`.
    ///
    /// # Errors
    /// Says what it can be.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        if let Some(error) = text.strip_prefix("does not compile ") {
            return ExpectedError::parse(error).map(Self::Refused);
        }
        let words = FailureKind::ALL.map(FailureKind::word).join(", ");
        let (word, test) = text.split_once(" in ").ok_or_else(|| {
            format!(
                "write `does not compile E0277`, or one of {words}, and the test: `fails in TEST`"
            )
        })?;
        let kind = FailureKind::ALL.into_iter().find(|it| it.word() == word);
        let kind = kind.ok_or_else(|| format!("`{word}` is none of {words}"))?;
        Ok(Self::Test(kind, test.to_owned()))
    }
}

impl fmt::Display for ExpectedFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(error) => write!(f, "does not compile {error}"),
            Self::Test(kind, test) => write!(f, "{} in {test}", kind.word()),
        }
    }
}

impl Exercise {
    /// `CHAPTER/NAME`, which stays for as long as the exercise is there: progress is kept by it.
    pub(crate) fn id(&self) -> String {
        format!("{}/{}", self.chapter, self.name)
    }

    /// Its folder, relative to the root.
    pub(crate) fn folder(&self) -> String {
        exercise_folder(&self.chapter, &self.name)
    }

    /// One of its files, relative to the root: `task.md`, `starter.rs`, `solution.rs`, `tests.rs`.
    pub(crate) fn file(&self, name: &str) -> String {
        format!("{}/{name}", self.folder())
    }

    /// A wrong solution's file, relative to the root.
    pub(crate) fn wrong_file(&self, name: &str) -> String {
        self.file(&format!("wrong/{name}.rs"))
    }
}

/// The folder of an exercise, relative to the root.
pub(crate) fn exercise_folder(chapter: &str, name: &str) -> String {
    format!("chapters/{chapter}/exercises/{name}")
}

/// The names of the tests in a `tests.rs`, in their order.
pub(crate) fn test_names(text: &str) -> Vec<String> {
    static TEST: LazyLock<Regex> = LazyLock::new(|| {
        let test = r"(?m)^#\[exercise::test(?:\([^)]*\))?\]\s*";
        let between = r"(?:#\[[^\]]*\]\s*|//[^\n]*\n\s*)*";
        let function = r"(?:pub(?:\([a-z]+\))?\s+)?(?:async\s+)?fn\s+([a-zA-Z0-9_]+)";
        Regex::new(&format!("{test}{between}{function}")).expect("the regex is valid")
    });
    let all = TEST.captures_iter(text);
    all.map(|it| it[1].to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_is_read_as_it_is_written() {
        for text in [
            "fails in all_cups",
            "hangs in all_cups",
            "spins in a",
            "exits in a",
            "does not compile E0277",
            "does not compile /no cup/",
        ] {
            assert_eq!(ExpectedFailure::parse(text).unwrap().to_string(), text);
        }
        for (wrong, words) in [
            ("fails", "and the test"),
            ("sleeps in a", "`sleeps` is none of fails, panics"),
            ("does not compile E07", "neither an error code nor a regex"),
        ] {
            let error = ExpectedFailure::parse(wrong).unwrap_err();
            assert!(error.contains(words), "{error}");
        }
    }

    #[test]
    fn tests_are_found_by_their_attribute() {
        let text = "use super::pour;\n\n#[exercise::test]\nfn plain() {}\n\n\
                    /// Why.\n#[exercise::test(worker_threads = 2)]\n// a word\n#[allow(unused)]\n\
                    pub(crate) async fn with_threads() {}\n\nfn helper() {}\n\
                    // #[exercise::test]\nfn none() {}\n";
        assert_eq!(test_names(text), ["plain", "with_threads"]);
    }
}
