//! The file by which a test's process says what has come of the test. Its path is in the variable [`FILE`].
//!
//! Each line is one word:
//!
//! | line | says |
//! |---|---|
//! | `begun` | the test is about to run |
//! | `panicked OWN LINE FILE MESSAGE` | something has panicked, OWN being `own` on the test's own thread and `other` elsewhere; the fields are divided by tabs, and `\n`, `\t` and `\\` stand for themselves |
//! | `hook replaced` | something has put its own panic hook in the place of ours: panics were not heard |
//! | `passed NAME` | the body of this test has returned |

use std::fmt;
use std::fs::File;
use std::io::Write;
use std::sync::Arc;

/// The variable that names the file.
pub const FILE: &str = "WORKBOOK_EXERCISE";

/// Something that is said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Word {
    Begun,
    Panicked(Panic),
    /// Panics were not heard: the code that is tested has its own hook for them.
    HookReplaced,
    /// The body of the test of this name has returned.
    Passed(String),
}

/// A panic, and where it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Panic {
    pub message: String,
    /// As the compiler was told it; empty where that is not known.
    pub file: String,
    /// From 1; 0 where that is not known.
    pub line: u32,
    /// On the test's own thread, and not on another.
    pub own: bool,
}

impl Word {
    /// Reads a line; none where it is no word.
    pub fn parse(line: &str) -> Option<Self> {
        if line == "begun" {
            return Some(Self::Begun);
        }
        if line == "hook replaced" {
            return Some(Self::HookReplaced);
        }
        if let Some(name) = line.strip_prefix("passed ") {
            return Some(Self::Passed(name.to_owned()));
        }
        let mut fields = line.strip_prefix("panicked ")?.splitn(4, '\t');
        let own = fields.next()? == "own";
        let line = fields.next()?.parse().ok()?;
        let file = plain(fields.next()?);
        let message = plain(fields.next()?);
        Some(Self::Panicked(Panic {
            message,
            file,
            line,
            own,
        }))
    }
}

impl fmt::Display for Word {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Begun => f.write_str("begun"),
            Self::HookReplaced => f.write_str("hook replaced"),
            Self::Passed(name) => write!(f, "passed {name}"),
            Self::Panicked(Panic {
                message,
                file,
                line,
                own,
            }) => {
                let own = if *own { "own" } else { "other" };
                let (file, message) = (escaped(file), escaped(message));
                write!(f, "panicked {own}\t{line}\t{file}\t{message}")
            }
        }
    }
}

fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\")
        .replace('\n', "\\n")
        .replace('\t', "\\t")
}

fn plain(text: &str) -> String {
    let mut plain = String::new();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        plain.push(match (c, c == '\\') {
            (_, true) => match chars.next() {
                Some('n') => '\n',
                Some('t') => '\t',
                Some(other) => other,
                None => '\\',
            },
            (c, false) => c,
        });
    }
    plain
}

/// Where words are written. Nowhere, if nobody asks for them.
#[derive(Debug, Clone)]
pub(crate) struct Words(Option<Arc<File>>);

impl Words {
    pub(crate) fn open() -> Self {
        let path = std::env::var_os(FILE);
        let open = |path| File::options().append(true).open(path);
        Self(path.and_then(|path| open(path).ok()).map(Arc::new))
    }

    pub(crate) fn say(&self, word: &Word) {
        if let Some(file) = &self.0 {
            // Whole, or the tool hears nothing: it takes that for no word.
            let _ = (&**file).write_all(format!("{word}\n").as_bytes());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_read_as_they_are_written() {
        let panicked = Word::Panicked(Panic {
            message: "assertion `left == right` failed\n  left: \"a\\tb\"\n right:\t2".to_owned(),
            file: r"chapters\join\tests.rs".to_owned(),
            line: 7,
            own: true,
        });
        let passed = Word::Passed("all_cups".to_owned());
        for word in [Word::Begun, Word::HookReplaced, passed, panicked] {
            let line = word.to_string();
            assert!(!line.contains('\n'), "{line}");
            assert_eq!(Word::parse(&line), Some(word));
        }
        for line in [
            "",
            "passed",
            "panicked own\tx\ta\tb",
            "panicked own\t1",
            "begun ",
        ] {
            assert_eq!(Word::parse(line), None, "{line}");
        }
    }
}
