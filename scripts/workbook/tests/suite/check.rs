//! `check`: every run is held against its claims, and against what is recorded.

use crate::book::{Book, POUR};

/// A program that knows how often it ran `before`.
fn counting(body: &str) -> String {
    format!(
        r#"
            fn main() {{
                let path = concat!("target/runs-", env!("CARGO_CRATE_NAME"));
                let runs = std::fs::read_to_string(path).unwrap_or_default();
                std::fs::write(path, runs.clone() + "x").unwrap();
                let before = runs.len();
                {body}
            }}
        "#
    )
}

#[test]
fn a_sound_book_passes() {
    let ran = Book::sound().run(["check"]).succeeded();
    ran.says("all is as the pages say: 2 chapters, 3 snippets");
    ran.never_says("problem").never_says("help:");
}

#[test]
fn checking_writes_nothing_but_what_it_builds() {
    let book = Book::sound();
    // Its chapters are not in it yet, and cargo puts them there.
    book.run(["check"]).succeeded();
    let before = book.files();
    book.replace("chapters/tea/src/main.rs", "poured", "spilt");
    book.run(["check"]).failed();
    book.replace("chapters/tea/src/main.rs", "spilt", "poured");
    assert_eq!(book.files(), before);
}

#[test]
fn a_claim_that_fails_since_is_found() {
    let book = Book::sound();
    book.replace("chapters/tea/src/main.rs", "tea poured", "tea spilt");
    let ran = book.run(["check", "tea/main"]).failed();
    ran.says("chapters/tea/Cargo.toml:5: `tea/main` does not hold its claim `says /poured/`: no line matches\n  help: ");
    ran.says("the recording of `tea/main` is stale: `chapters/tea/src/main.rs` has changed");
    ran.says("2 problems found");
}

#[test]
fn claims_that_fail_alike_are_all_told() {
    let claims = r#"claims = ["says /tea: stirred/", "says /tea: drunk/", "lines = 1"]"#;
    let book = Book::new().with("tea/main", "", POUR);
    book.run(["record"]).succeeded();
    book.replace(
        "chapters/tea/Cargo.toml",
        "about",
        &format!("{claims}\nabout"),
    );
    for args in [&["check"][..], &["check", "--repeat", "2"]] {
        let ran = book.run(args).failed();
        ran.says("`says /tea: stirred/`")
            .says("`says /tea: drunk/`");
        ran.says("2 problems found");
    }
}

#[test]
fn warnings_of_one_line_are_all_told() {
    let book = Book::new().with("tea/main", "", "fn main() { let (cup, pot) = (1, 2); }");
    book.run(["record"]).failed();
    let ran = book.run(["check"]).failed();
    ran.says("unused variable: `cup`")
        .says("unused variable: `pot`");
}

#[test]
fn output_that_comes_otherwise_is_held_against_the_recording() {
    let asked = counting(r#"println!("asked {}", "x".repeat(before + 1));"#);
    let book = Book::new()
        .with("tea/main", "claims = [\"order exact\"]", &asked)
        .with("tea/pour", "claims = [\"order exact\"]", POUR);
    book.run(["record"]).succeeded();
    let ran = book.run(["check"]).failed();
    ran.says("`tea/main` does not hold its claim `order exact`: line 1 of the output: `asked x` was recorded, `asked xx` came");
    ran.says("1 problem found");
}

#[test]
fn output_that_no_claim_speaks_of_is_held_against_the_recording_by_its_kinds_of_lines() {
    let cups = counting(
        r#"
        for cup in 0..=before % 3 {
            println!("cup {cup}");
        }
        if before == 2 {
            println!("spilt");
        }
        "#,
    );
    let book = Book::new()
        .with("tea/main", "claims = [\"wall < 60.0\"]", &cups)
        .with("tea/free", "claims = [\"says /cup 0/\"]", &cups);
    book.run(["record"]).succeeded();
    // Another number of lines, and other numbers in them, may come.
    book.run(["check"]).succeeded();
    let ran = book.run(["check"]).failed();
    ran.says("chapters/tea/recordings/main.json: `tea/main` does not show what is recorded of it: a line like `spilt` came, and was not recorded\n  help: ");
    ran.says("1 problem found");
    book.rewrite("tea/main", |recording| {
        recording["lines"][0]["text"] = "kettle on".into();
    });
    let ran = book.run(["check"]).failed();
    ran.says("a line like `cup N` came, and was not recorded");
}

#[test]
fn the_compilers_words_are_held_against_those_that_are_recorded_of_the_same_compiler() {
    let refused = "fn main() {\n    drop(cup);\n}\n";
    let book = Book::new()
        .with("tea/main", "claims = [\"lines = 1\"]", POUR)
        .with("tea/refused", "fails = \"E0425\"", refused);
    book.run(["record"]).succeeded();
    book.rewrite("tea/refused", |recording| {
        recording["compiler"][0] = "error[E0425]: no cup".into();
    });
    let ran = book.run(["check"]).failed();
    ran.says("`tea/refused` does not show what is recorded of it: the compiler's words: `error[E0425]: no cup` was recorded, `error[E0425]: ");
    book.rewrite("tea/refused", |recording| {
        recording["made_on"]["rustc"] = "1.0.0".into();
    });
    book.run(["check"]).succeeded();
}

#[test]
fn an_ending_that_is_not_the_recorded_one_is_found() {
    let moody = r#"
        fn main() {
            if std::fs::exists("target/sulks").unwrap() {
                std::process::exit(3);
            }
        }
    "#;
    let book = Book::new().with("tea/main", "", moody);
    book.run(["record"]).succeeded();
    book.write("target/sulks", "");
    let ran = book.run(["check"]).failed();
    ran.says("chapters/tea/recordings/main.json: `tea/main` ended with `exit 3`, recorded is `ok`\n  help: ");
    ran.says("chapters/tea/Cargo.toml:5: `tea/main` ended with `exit 3`, not `ok`");
}

#[test]
fn a_repeated_check_says_how_often_a_claim_failed() {
    let every_other = r#"
        fn main() {
            let path = "target/odd";
            if std::fs::exists(path).unwrap() {
                std::fs::remove_file(path).unwrap();
                println!("even");
            } else {
                std::fs::write(path, "").unwrap();
                println!("odd");
            }
        }
    "#;
    let book = Book::new().with("tea/main", "claims = [\"says /odd/\"]", every_other);
    book.run(["record"]).succeeded();
    let ran = book.run(["check", "--repeat", "4"]).failed();
    ran.says("2 of 4 times: `tea/main` does not hold its claim `says /odd/`: no line matches");
    ran.says("1 problem found");
    book.run(["check", "--repeat", "1"]).failed();
    book.run(["check", "--repeat", "1"]).succeeded();
}

#[test]
fn what_holds_when_tried_again_is_told_and_no_problem() {
    let counts = |from: u32| counting(&format!(r#"println!("try {{}}", before + {from});"#));
    // The first try of each is the recording's, or there would be none to check.
    let book = Book::new()
        .with("tea/main", "claims = [\"says /try [03]$/\"]", &counts(0))
        .with(
            "tea/pour",
            "claims = [\"says /try (7|9|11)$/\"]",
            &counts(7),
        );
    book.run(["record"]).succeeded();
    let ran = book.run(["check", "--retries", "1"]).failed();
    ran.says("held when tried again (1 of 1), but not before: chapters/tea/Cargo.toml:9: `tea/pour` does not hold its claim `says /try (7|9|11)$/`: no line matches");
    ran.says("1 problem found");
    let ran = book.run(["check", "--retries", "3"]).succeeded();
    ran.says("held when tried again (1 of 3)");
    ran.says("all is as the pages say");
}

#[test]
fn of_several_claims_each_is_tried_again_for_itself() {
    let counts = counting(r#"println!("try {}", before + 1);"#);
    let claims = "claims = [\"says /try [13]/\", \"says /try [12]/\", \"says /try [1-9]/\"]";
    let book = Book::new().with("tea/main", claims, &counts);
    book.run(["record"]).succeeded();
    let ran = book.run(["check", "--retries", "1"]).failed();
    ran.says("held when tried again (1 of 1), but not before: chapters/tea/Cargo.toml:5: `tea/main` does not hold its claim `says /try [13]/`");
    ran.says("`tea/main` does not hold its claim `says /try [12]/`");
    ran.says("1 problem found");
    let ran = book
        .run(["check", "--repeat", "2", "--retries", "1"])
        .failed();
    ran.says("2 of 2 times: `tea/main` does not hold its claim `says /try [12]/`");
    ran.says("2 of 2 times: `tea/main` does not hold its claim `says /try [13]/`");
    ran.says("2 problems found");
}

#[test]
fn what_is_held_against_another_run_is_tried_again_with_that() {
    // Quick at its second run, the first one of the check.
    let moody = counting(
        "let ms = if before == 1 { 0 } else { 2000 };
        std::thread::sleep(std::time::Duration::from_millis(ms));",
    );
    let quick = "fn main() { std::thread::sleep(std::time::Duration::from_millis(500)) }";
    let claims = "claims = [\"wall < 0.8 * wall(tea/slow)\"]";
    let book = Book::new().with("tea/main", claims, quick).with(
        "tea/slow",
        "claims = [\"lines = 0\"]",
        &moody,
    );
    book.run(["record"]).succeeded();
    let ran = book.run(["check", "--retries", "2"]).succeeded();
    ran.says("held when tried again (1 of 2), but not before: chapters/tea/Cargo.toml:5: `tea/main` does not hold");
}

#[test]
fn a_figure_is_held_against_that_of_another_snippet() {
    let sleeps = |ms: u32| {
        format!("fn main() {{ std::thread::sleep(std::time::Duration::from_millis({ms})) }}")
    };
    let book = Book::new()
        .with(
            "tea/main",
            "claims = [\"wall < 0.8 * wall(tea/slow)\"]",
            &sleeps(0),
        )
        .with(
            "tea/slow",
            "claims = [\"wall < 0.8 * wall(tea/main)\"]",
            &sleeps(300),
        );
    let ran = book.run(["record"]).failed();
    ran.says("`tea/slow` does not hold its claim `wall < 0.8 * wall(tea/main)`: wall ");
    ran.says("1 problem");
    book.replace(
        "chapters/tea/Cargo.toml",
        "wall(tea/main)",
        "wall(tea/mian)",
    );
    let ran = book.run(["check", "tea/main"]).failed();
    ran.says("chapters/tea/Cargo.toml:9: claim `wall < 0.8 * wall(tea/mian)`: unknown snippet `tea/mian`\n  help: did you mean `tea/main`?");
}
