//! Numbers with a unit that an author typed into a sentence: they come from a recording, or are marked as
//! facts, or they are a mistake.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

/// A number in digits, and a unit of time, memory, threads, polls or the like. Numbers in words (`ten
/// cups`, `a second`) are what the program says, not what was measured.
static TYPED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?x)
        \b \d [\d.,]* [\s\u{a0}]*
        ( ns | µs | us | ms | s | sec | seconds? | minutes? | hours? | milliseconds? | microseconds? | nanoseconds?
        | B | kB | KB | MB | GB | TB | KiB | MiB | GiB | TiB | bytes? | kilobytes? | megabytes? | gigabytes?
        | threads? | polls? | switches | wakes? | tasks? | cores?
        )\b
        | \b \d [\d.,]* [\s\u{a0}]* %",
    )
    .expect("the pattern is valid")
});

/// The numbers typed into a stretch of text, as ranges of it.
pub(crate) fn typed(text: &str) -> impl Iterator<Item = Range<usize>> {
    TYPED.find_iter(text).map(|found| found.range())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<&str> {
        typed(text).map(|range| &text[range]).collect()
    }

    #[test]
    fn a_number_with_a_unit_is_found() {
        assert_eq!(
            found("It took 1.03 s, 12ms of CPU, 3.1 MB and 11 threads: 50 % or 40% more."),
            ["1.03 s", "12ms", "3.1 MB", "11 threads", "50 %", "40%"]
        );
        assert_eq!(
            found("a stack of 2\u{a0}MiB, 1,000 polls"),
            ["2\u{a0}MiB", "1,000 polls"]
        );
    }

    #[test]
    fn other_numbers_are_not() {
        assert_eq!(
            found(
                "Ten seconds, ten threads. Cup 2 is spilled. Rust 1.85 since 2025. Port 0 seems 3 steps."
            ),
            [""; 0]
        );
    }
}
