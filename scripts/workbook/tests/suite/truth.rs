//! What ran is what is recorded: whoever tries to make a recording lie is refused, or has it made right.

use std::fs::File;
use std::time::{Duration, SystemTime};

use crate::book::{Book, POUR, Ran, recorded_lines};

/// A program that prints what is in a module, in a file, in a library, and what a build script has read.
const MADE_OF_ALL: &str = r#"
mod cup;

fn main() {
    println!("{} {}", cup::SIZE, include_str!("leaves.txt"));
    println!("{} {}", kettle::LITRES, kettle::HEAT);
}
"#;

const KETTLE: &str = "pub const LITRES: u32 = 1;\npub const HEAT: &str = env!(\"HEAT\");\n";

const KETTLE_SCRIPT: &str = r#"
fn main() {
    println!("cargo::rerun-if-changed=heat.txt");
    println!("cargo::rustc-env=HEAT={}", std::fs::read_to_string("heat.txt").unwrap());
}
"#;

const WITH_KETTLE: &str = "[dependencies]\nkettle = { path = \"../../kettle\" }\n";

/// Writes a file that looks older than everything that was ever built.
fn replace_old(book: &Book, path: &str, from: &str, to: &str) {
    book.replace(path, from, to);
    let file = File::options().write(true).open(book.path(path));
    let long_ago = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000);
    let dated = file.and_then(|file| file.set_modified(long_ago));
    dated.unwrap_or_else(|error| panic!("{path}: {error}"));
}

#[test]
fn a_file_that_looks_older_than_the_program_is_built_all_the_same() {
    let refused = "fn main() {\n    let cup: () = kettle::LITRES;\n}\n";
    let book = Book::new()
        .with("tea/main", "", MADE_OF_ALL)
        .with("tea/refused", "fails = \"E0308\"", refused)
        .with_library("kettle", "build = \"build.rs\"\n", KETTLE);
    book.write("chapters/tea/src/cup.rs", "pub const SIZE: u32 = 3;\n");
    book.write("chapters/tea/src/leaves.txt", "green");
    book.write("kettle/build.rs", KETTLE_SCRIPT);
    book.write("kettle/heat.txt", "hot");
    book.append("chapters/tea/Cargo.toml", WITH_KETTLE);
    let book = book.locked();
    book.run(["record"]).succeeded();
    let shows = |lines: [&str; 2]| assert_eq!(recorded_lines(&book, "tea/main"), lines);
    shows(["3 green", "1 hot"]);
    replace_old(
        &book,
        "chapters/tea/src/main.rs",
        "{} {}\", cup",
        "{}, {}\", cup",
    );
    let ran = book.run(["record", "--stale"]).succeeded();
    ran.never_says("tea/refused");
    shows(["3, green", "1 hot"]);
    replace_old(&book, "chapters/tea/src/cup.rs", "= 3", "= 4");
    book.run(["record", "--stale"]).succeeded();
    shows(["4, green", "1 hot"]);
    replace_old(&book, "chapters/tea/src/leaves.txt", "green", "black");
    book.run(["record", "--stale"]).succeeded();
    shows(["4, black", "1 hot"]);
    replace_old(&book, "kettle/src/lib.rs", "u32 = 1", "i64 = 2");
    let ran = book.run(["record", "--stale"]).succeeded();
    ran.says("tea/refused");
    shows(["4, black", "2 hot"]);
    let words = book.recording("tea/refused")["compiler"].to_string();
    assert!(words.contains("found `i64`"), "{words}");
    replace_old(&book, "kettle/heat.txt", "hot", "cold");
    book.run(["record", "--stale"]).succeeded();
    shows(["4, black", "2 cold"]);
    let ran = book.run(["record", "--stale"]).succeeded();
    ran.says("nothing to record");
}

#[test]
fn a_program_of_another_clone_is_not_taken_for_ones_own() {
    let shared = tempfile::tempdir().expect("there is room");
    let record = |book: &Book| {
        let mut tool = book.tool(["record"]);
        Ran::of(tool.env("CARGO_TARGET_DIR", shared.path())).succeeded()
    };
    let books = ["ours", "theirs"]
        .map(|whose| Book::new().with("tea/main", "", &POUR.replace("poured", whose)));
    for _ in 0..2 {
        for (book, whose) in books.iter().zip(["ours", "theirs"]) {
            record(book);
            assert_eq!(recorded_lines(book, "tea/main"), [whose]);
        }
    }
}

#[test]
fn what_is_written_while_a_program_runs_is_not_recorded_as_what_ran() {
    let writes = |path: &str| {
        format!(
            r#"fn main() {{
                println!("poured");
                let path = {path};
                let mut text = std::fs::read(&path).unwrap();
                text.push(b'\n');
                std::fs::remove_file(&path).unwrap();
                std::fs::write(path, text).unwrap();
            }}"#
        )
    };
    let itself = writes("\"chapters/tea/src/main.rs\"");
    // As another cargo that builds it meanwhile.
    let program = writes("std::env::current_exe().unwrap()");
    let book = Book::new()
        .with("tea/main", "", &itself)
        .with("tea/built", "", &program)
        .with("tea/pour", "", POUR);
    let ran = book.run(["record"]).failed();
    ran.says(
        "chapters/tea/src/main.rs: `chapters/tea/src/main.rs` was written while `tea/main` was built or ran\n  \
         help: run `cargo workbook record tea/main`",
    );
    ran.says("was written while `tea/built` was built or ran");
    assert!(!book.is_recorded("tea/main") && !book.is_recorded("tea/built"));
    assert!(book.is_recorded("tea/pour"));
}

/// A compiler that does something more once it has compiled this crate.
#[cfg(unix)]
fn compiler(book: &Book, name: &str, then: &str) -> std::path::PathBuf {
    use std::os::unix::fs::PermissionsExt;
    let script = format!(
        "#!/bin/sh\nrustc \"$@\"\ncode=$?\ncase \"$*\" in *'--crate-name {name} '*) {then};; esac\nexit $code\n"
    );
    book.write("target/compiler", &script);
    let path = book.path("target/compiler");
    std::fs::set_permissions(&path, PermissionsExt::from_mode(0o755)).expect("it is ours");
    path
}

#[test]
#[cfg(unix)]
fn a_source_that_is_saved_while_it_is_compiled_is_compiled_again() {
    let book = Book::new().with("tea/main", "", POUR);
    let source = "chapters/tea/src/main.rs";
    // With its old date, so that cargo does not know of it.
    let once = format!(
        "if grep -q '\"poured' {source}; then touch -r {source} target/date; \
         sed 's/\"poured/\"stirred/' {source} > target/new; cp target/new {source}; touch -r target/date {source}; fi"
    );
    let rustc = compiler(&book, "tea", &once);
    Ran::of(book.tool(["record"]).env("RUSTC", &rustc)).succeeded();
    assert_eq!(recorded_lines(&book, "tea/main"), ["stirred"]);
    let rustc = compiler(&book, "tea", &format!("echo >> {source}"));
    book.append(source, "\n");
    let ran = Ran::of(book.tool(["record"]).env("RUSTC", &rustc)).failed();
    ran.says(
        "the program of `tea/main` is not surely made of its files as they stand\n  help: save nothing",
    );
}

#[test]
#[cfg(unix)]
fn what_is_saved_while_the_compiler_refuses_it_is_not_recorded() {
    let refused = "fn main() {\n    drop(cup);\n}\n";
    let book =
        Book::new()
            .with("tea/main", "", POUR)
            .with("tea/refused", "fails = \"E0425\"", refused);
    let path = "chapters/tea/compile_fail/refused.rs";
    let rustc = compiler(&book, "refused", &format!("echo >> {path}"));
    let ran = Ran::of(book.tool(["record"]).env("RUSTC", &rustc)).failed();
    ran.says(&format!(
        "`{path}` was written while `tea/refused` was built or ran"
    ));
    assert!(book.is_recorded("tea/main") && !book.is_recorded("tea/refused"));
}

#[test]
fn half_a_timeline_is_not_recorded() {
    // As the library does where its disk is full.
    let full = r#"
        fn main() {
            std::fs::remove_file(std::env::var_os("WORKBOOK_TIMELINE").unwrap()).unwrap();
            println!("poured");
        }
    "#;
    let book = Book::new()
        .with("tea/main", "", full)
        .with("tea/pour", "", POUR);
    let ran = book.run(["record"]).failed();
    ran.says("failed to run `tea/main`: failed to write the whole timeline: see whether there is room in `");
    assert!(!book.is_recorded("tea/main") && book.is_recorded("tea/pour"));
}
