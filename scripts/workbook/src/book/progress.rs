//! How far the reader has come with the exercises: `practice/progress.txt`, a line each, to be read and edited by people.

use std::collections::BTreeMap;
use std::fmt::Write;

use anyhow::{Result, bail};

use crate::book::exercise::Exercise;
use crate::book::files::{self, Unreadable};
use crate::book::hashes::source_hash;
use crate::book::house::House;
use crate::book::practice::{PRACTICE, keep_passed, practice_file};

/// Where it stands, relative to the root.
pub(crate) const PROGRESS: &str = "practice/progress.txt";

const HEAD: &str = "\
# Your progress, by exercise. `cargo workbook exercise` writes it, and you may edit it.
# passed HASH: with the tests that have this hash; others ask for another pass. hints N: so many were shown.
# solution: it was asked for. last: tried last.
";

/// What is known of the reader's exercises.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Progress {
    entries: BTreeMap<String, ExerciseProgress>,
    /// The exercise tried last, by its id.
    pub(crate) last: Option<String>,
    /// Lines that nobody here understands: kept as they are.
    others: Vec<String>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct ExerciseProgress {
    /// The hash of the tests with which it has passed.
    pub(crate) passed: Option<String>,
    /// How many hints were shown.
    pub(crate) hints: usize,
    pub(crate) solution_shown: bool,
}

impl ExerciseProgress {
    /// Adds what another copy says of the same exercise.
    fn add(&mut self, other: Self) {
        self.passed = other.passed.or(self.passed.take());
        self.hints = self.hints.max(other.hints);
        self.solution_shown |= other.solution_shown;
    }
}

/// How an exercise stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    New,
    Begun,
    Passed,
    /// It has passed, and its tests have changed since.
    PassedBefore,
}

impl Standing {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Begun => "begun",
            Self::Passed => "passed",
            Self::PassedBefore => "passed before its tests changed",
        }
    }
}

impl Progress {
    /// Reads it. There may be none.
    ///
    /// # Errors
    /// Where there is one that cannot be read: writing another would lose it.
    pub(crate) fn read(house: &House) -> Result<Self> {
        let path = house.absolute(PROGRESS);
        if path.symlink_metadata().is_err() {
            return Ok(Self::default());
        }
        match files::text(&path) {
            Ok(text) => Ok(Self::parse(&text)),
            Err(error) => bail!("{}", Self::problem(&error)),
        }
    }

    fn problem(error: &Unreadable) -> String {
        let help = format!("mend it, or delete it to begin anew: it is in {PRACTICE}/");
        error
            .problem(PROGRESS, "your progress")
            .helped(help)
            .to_string()
    }

    fn parse(text: &str) -> Self {
        let mut progress = Self::default();
        for line in text.lines().filter(|line| !line.trim().is_empty()) {
            if HEAD.lines().any(|head| head == line) {
                continue;
            }
            match parse_line(line) {
                Some((id, entry, is_last)) => {
                    if is_last {
                        progress.last = Some(id.clone());
                    }
                    // Two copies put together have some exercises twice.
                    progress.entries.entry(id).or_default().add(entry);
                }
                None => progress.others.push(line.to_owned()),
            }
        }
        progress
    }

    fn text(&self) -> String {
        let mut text = HEAD.to_owned();
        for line in &self.others {
            text.push_str(line);
            text.push('\n');
        }
        for (id, entry) in &self.entries {
            let mut line = format!("{id}:");
            if let Some(hash) = &entry.passed {
                let _ = write!(line, " passed {hash}");
            }
            if entry.hints > 0 {
                let _ = write!(line, " hints {}", entry.hints);
            }
            if entry.solution_shown {
                line.push_str(" solution");
            }
            if self.last.as_ref() == Some(id) {
                line.push_str(" last");
            }
            text.push_str(&line);
            text.push('\n');
        }
        text
    }

    /// Changes what is known, as it stands on disk at this moment: a page and a terminal may be at work at once.
    ///
    /// # Errors
    /// Where it cannot be read or written.
    pub(crate) fn change(house: &House, change: impl FnOnce(&mut Self)) -> Result<Self> {
        let _turn = house.turn(PRACTICE)?;
        let mut progress = Self::read(house)?;
        change(&mut progress);
        house.write_whole(&house.absolute(PROGRESS), &progress.text())?;
        Ok(progress)
    }

    pub(crate) fn of(&self, exercise: &Exercise) -> ExerciseProgress {
        self.entries
            .get(&exercise.id())
            .cloned()
            .unwrap_or_default()
    }

    pub(crate) fn entry(&mut self, exercise: &Exercise) -> &mut ExerciseProgress {
        self.entries.entry(exercise.id()).or_default()
    }

    /// How an exercise stands.
    pub(crate) fn standing(&self, house: &House, exercise: &Exercise) -> Standing {
        let is_begun = house.absolute(&practice_file(exercise)).exists();
        match self.of(exercise).passed {
            Some(hash) if Some(&hash) == tests_hash(house, exercise).as_ref() => Standing::Passed,
            Some(_) => Standing::PassedBefore,
            None if is_begun => Standing::Begun,
            None => Standing::New,
        }
    }

    /// Forgets all of it.
    pub(crate) fn forget(&mut self) {
        *self = Self::default();
    }
}

/// Notes that an exercise is tried, and is the last one that was.
///
/// # Errors
/// Where it cannot be noted.
pub(crate) fn note_tried(house: &House, exercise: &Exercise) -> Result<()> {
    Progress::change(house, |it| {
        it.entry(exercise);
        it.last = Some(exercise.id());
    })
    .map(drop)
}

/// Notes that this text has passed the exercise's tests as they stand, and keeps it.
///
/// # Errors
/// Where a file cannot be written.
pub(crate) fn note_passed(house: &House, exercise: &Exercise, text: &str) -> Result<()> {
    let hash = tests_hash(house, exercise);
    Progress::change(house, |it| it.entry(exercise).passed = hash)?;
    keep_passed(house, exercise, text)
}

/// The hash of an exercise's tests, as it stands in a reader's progress; none where they cannot be read.
pub(crate) fn tests_hash(house: &House, exercise: &Exercise) -> Option<String> {
    let mut hash = source_hash(&house.absolute(&exercise.file("tests.rs"))).ok()?;
    hash.truncate(12);
    Some(hash)
}

fn parse_line(line: &str) -> Option<(String, ExerciseProgress, bool)> {
    let (id, rest) = line.split_once(':')?;
    let is_id = id.split('/').count() == 2 && id.split('/').all(files::is_name);
    if !is_id {
        return None;
    }
    let mut entry = ExerciseProgress::default();
    let mut is_last = false;
    let mut words = rest.split_whitespace();
    while let Some(word) = words.next() {
        match word {
            "passed" => entry.passed = Some(words.next()?.to_owned()),
            "hints" => entry.hints = words.next()?.parse().ok()?,
            "solution" => entry.solution_shown = true,
            "last" => is_last = true,
            _ => return None,
        }
    }
    Some((id.to_owned(), entry, is_last))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_is_read_as_it_is_written_and_keeps_what_it_does_not_know() {
        let text = format!(
            "{HEAD}a word of my own\njoin/soon: maybe\n\njoin/first_three: passed 0123abcd hints 2 solution last\n\
             threads/pool: hints 1\n"
        );
        let progress = Progress::parse(&text);
        assert_eq!(progress.last.as_deref(), Some("join/first_three"));
        assert_eq!(progress.entries["threads/pool"].hints, 1);
        assert_eq!(progress.others, ["a word of my own", "join/soon: maybe"]);
        let twice = Progress::parse(&(text + "threads/pool: passed 4567\nthreads/pool: hints 3\n"));
        let pool = &twice.entries["threads/pool"];
        assert_eq!((pool.passed.as_deref(), pool.hints), (Some("4567"), 3));
        let again = Progress::parse(&progress.text());
        assert_eq!(again, progress);
        assert_eq!(again.text(), progress.text());
    }
}
