//! Exercises are proven: every mistake that an author can make in one is told by name, with its place and what mends it.

use snapbox::{IntoData, assert_data_eq, str};

use crate::book::redacted;
use crate::workshop::{Draft, Workshop};

#[test]
fn an_exercise_with_which_nothing_is_wrong_is_proven() {
    let workshop = Workshop::new();
    let ran = workshop.book.run(["check", "tea/pour"]).succeeded();
    ran.complains("");
    ran.says("all is as the pages say: 2 chapters, 0 snippets, 1 exercise");
}

#[test]
fn what_does_not_fail_or_pass_as_it_is_said_to_is_told() {
    let collected = "(1..=cups).collect()";
    let in_one_round = "let rounds = std::fs::read_to_string(\"target/rounds\").unwrap_or_default(); \
                        if cups > 0 { let _ = std::fs::write(\"target/rounds\", rounds.clone() + \"+\"); } \
                        assert!(cups == 0 || rounds != \"++\", \"a bad day\"); (1..=cups).collect()";
    let workshop = Workshop::of([
        Draft::sound("passes")
            .with("starter.rs", "vec![0; cups as usize]", collected)
            .with(
                "wrong/backwards.rs",
                "(1..=cups).rev().collect()",
                collected,
            )
            .with("tests.rs", "use super::pour;", "use super::*;"),
        Draft::sound("elsewhere")
            .said(
                "starter = \"fails in two_are_poured\"",
                "starter = \"fails in none_is_none\"",
            )
            .said(
                "wrong.backwards = \"fails in two_are_poured\"",
                "wrong.backwards = \"fails in none_is_none\"",
            )
            .with("solution.rs", collected, "return (1..=cups).collect();"),
        Draft::sound("otherwise")
            .said(
                "A range can be collected.",
                "Write `pub fn pour(cups: u32) -> Vec<u32> { (1..=cups).collect() }`.",
            )
            .said("starter = \"fails in", "starter = \"hangs in")
            .said(
                "wrong.one_too_many = \"fails in",
                "wrong.one_too_many = \"panics in",
            ),
        Draft::sound("sometimes")
            .with("solution.rs", collected, in_one_round)
            .said(
                "starter = \"fails in two_are_poured\"",
                "starter = \"does not compile E0277\"",
            ),
    ]);
    let ran = workshop.book.run(["check"]).failed();
    ran.says("warning: unneeded `return` statement");
    let said = redacted(
        &ran.stderr,
        &[(r"(?s)the compiler says\n(.*?)  help: mend it", "WORDS\n")],
    );
    assert_data_eq!(said, str![[r#"
chapters/tea/Cargo.toml:15: the starter of `tea/passes` is said to be one that fails in two_are_poured: two_are_poured passes, none_is_none passes
  help: mend the program, or say what it shows
chapters/tea/Cargo.toml:21: the wrong solution `backwards` of `tea/passes` is said to be one that fails in two_are_poured: two_are_poured passes, none_is_none passes
  help: mend the program, or say what it shows
chapters/tea/Cargo.toml:24: the starter of `tea/elsewhere` is said to be one that fails in none_is_none: two_are_poured fails (chapters/tea/exercises/elsewhere/tests.rs:8; the cups in their order;     seen: [0, 0]; expected: [1, 2]), none_is_none passes
  help: mend the program, or say what it shows
chapters/tea/Cargo.toml:30: the wrong solution `backwards` of `tea/elsewhere` is said to be one that fails in none_is_none: two_are_poured fails (chapters/tea/exercises/elsewhere/tests.rs:8; the cups in their order;     seen: [2, 1]; expected: [1, 2]), none_is_none passes
  help: mend the program, or say what it shows
chapters/tea/Cargo.toml:33: hint 2 of `tea/otherwise` gives the solution away: `cups : u32 ) - > Vec < u32 > { (`
  help: say it in words: fewer than 12 in a row of the solution's own
chapters/tea/Cargo.toml:33: the starter of `tea/otherwise` is said to be one that hangs in two_are_poured: two_are_poured fails (chapters/tea/exercises/otherwise/tests.rs:8; the cups in their order;     seen: [0, 0]; expected: [1, 2]), none_is_none passes
  help: mend the program, or say what it shows
chapters/tea/Cargo.toml:40: the wrong solution `one_too_many` of `tea/otherwise` is said to be one that panics in none_is_none: two_are_poured fails (chapters/tea/exercises/otherwise/tests.rs:8; the cups in their order;     seen: [1, 2, 3]; expected: [1, 2]), none_is_none fails (chapters/tea/exercises/otherwise/tests.rs:14; cups that nobody wants;     seen: 1; expected: 0)
  help: mend the program, or say what it shows
chapters/tea/Cargo.toml:42: the starter of `tea/sometimes` is said to be one that does not compile E0277: it compiles
  help: mend the program, or say what it shows
chapters/tea/exercises/elsewhere/solution.rs: the compiler or clippy has something to say of the solution or its tests: the compiler says
WORDS
  help: mend it
chapters/tea/exercises/passes/tests.rs:3: the tests take all that the reader's file has
  help: name what they use: `use super::{pour, Cup};`, so that nothing of the reader's takes another's place
chapters/tea/exercises/sometimes/solution.rs: rustfmt would write this file in another way
  help: run `rustfmt --edition 2024` in its folder, with the file as its input, and take what it gives
chapters/tea/exercises/sometimes/solution.rs: the solution does not pass, in round 3 of 5: two_are_poured panics (practice/src/bin/sometimes.rs:4; a bad day), none_is_none passes
  help: mend the solution, or a test that depends on more than it says
12 problems found

"#]].raw());
}

#[test]
fn what_is_missing_or_there_twice_is_told_without_a_run() {
    let workshop = Workshop::of([
        Draft::sound("unsolved").without("solution.rs"),
        Draft::sound("hint").without("starter.rs"),
        Draft::sound("misspelt").said(
            "starter = \"fails in two_are_poured\"",
            "starter = \"fails in two_are_pored\"",
        ),
        Draft::sound("silent")
            .said("minutes = 5\n", "")
            .said("starter = \"fails in two_are_poured\"\n", "")
            .said("wrong.backwards = \"fails in two_are_poured\"\n", ""),
    ]);
    let book = &workshop.book;
    book.append(
        "chapters/tea/Cargo.toml",
        "\n[package.metadata.workbook.exercise.no_folder]\nabout = \"a\"\n",
    );
    book.write("chapters/tea/exercises/no_entry/task.md", "Do it.\n");
    book.write("chapters/tea/exercises/.DS_Store", "");
    book.write(
        "chapters/tea/exercises/silent/task.md",
        "Pour,\nin {{#fact 5 s}}.\n",
    );
    book.write("chapters/tea/exercises/unsolved copy/task.md", "");
    workshop.add("cups", &Draft::sound("misspelt"));
    let ran = book.run(["check"]).failed();
    let said = redacted(
        &ran.stderr,
        &[(r"of the exercise: (.*)\n", "IT IS NOT THERE")],
    );
    assert_data_eq!(said, str![[r#"
chapters/cups/Cargo.toml:10: the name `misspelt` is used twice: also by `tea/misspelt`
  help: rename one of them: each has a file of its name in practice/
chapters/cups/exercises/misspelt/starter.rs: the starter does not include its tests: an editor would not show them
  help: end it with `#[cfg(test)]`, `#[path = "../../../chapters/cups/exercises/misspelt/tests.rs"]` and `mod tests;`, a line each
chapters/tea/Cargo.toml: the exercise `no_entry` has no entry in the manifest
  help: add [package.metadata.workbook.exercise.no_entry], or delete `chapters/tea/exercises/no_entry`
chapters/tea/Cargo.toml:24: an exercise cannot be named `hint`
  help: give it another name: this one means something else to `cargo workbook exercise`, or to cargo
chapters/tea/Cargo.toml:33: the name `misspelt` is used twice: also by `cups/misspelt`
  help: rename one of them: each has a file of its name in practice/
chapters/tea/Cargo.toml:33: the starter of the exercise `misspelt` is to fail in `two_are_pored`, which is no test
  help: did you mean `two_are_poured`?
chapters/tea/Cargo.toml:42: the exercise `silent` does not say how its starter fails
  help: add `starter = "fails in TEST"`
chapters/tea/Cargo.toml:42: the exercise `silent` does not say how long it takes
  help: add `minutes = 10`, as you estimate it
chapters/tea/Cargo.toml:42: the exercise `silent` has fewer than two wrong solutions
  help: write wrong/NAME.rs, and say under `wrong` by which test each fails
chapters/tea/Cargo.toml:48: the exercise `no_folder` has an entry here and no folder
  help: write its files in `chapters/tea/exercises/no_folder`, or drop the entry
chapters/tea/exercises/hint/starter.rs: failed to read a file of the exercise: IT IS NOT THERE
  help: bring the file back
chapters/tea/exercises/silent/task.md:2: a directive in the task of an exercise is not filled in
  help: write out what it stands for
chapters/tea/exercises/silent/wrong/backwards.rs: this wrong solution has no entry in the manifest
  help: add `wrong.backwards = "fails in TEST"` in chapters/tea/Cargo.toml
chapters/tea/exercises/unsolved/solution.rs: failed to read a file of the exercise: IT IS NOT THERE
  help: bring the file back
14 problems found

"#]].raw());
}
