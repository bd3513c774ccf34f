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

/// A program that takes half a second.
const SLOW: &str = "fn main() { std::thread::sleep(std::time::Duration::from_millis(500)) }";

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
    // With a change that cargo sees: it builds the program, and does not run the script.
    replace_old(&book, "kettle/heat.txt", "cold", "warm");
    book.replace("chapters/tea/src/main.rs", "{}, {}", "{}: {}");
    book.run(["record", "--stale"]).succeeded();
    shows(["4: black", "2 warm"]);
    // The same, where the script has said nothing of what it reads.
    let silent = KETTLE_SCRIPT.replace("cargo::rerun-if-changed=heat.txt", "cargo::warning=tea");
    book.write("kettle/build.rs", &silent);
    book.run(["record", "--stale"]).succeeded();
    replace_old(&book, "kettle/heat.txt", "warm", "tepid");
    book.replace("chapters/tea/src/main.rs", "{}: {}", "{} / {}");
    book.run(["record", "--stale"]).succeeded();
    shows(["4 / black", "2 tepid"]);
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
fn cargo_may_build_wherever_it_is_told_to() {
    let book = Book::new().with("tea/main", "", POUR);
    let host = std::process::Command::new("rustc")
        .args(["--print", "host-tuple"])
        .output();
    let host = String::from_utf8(host.expect("it is there").stdout).expect("a word");
    let config = format!(
        "[build]\ntarget = \"{}\"\ntarget-dir = \"target/built\"\nbuild-dir = \"target/inner\"\ndep-info-basedir = \".\"\n",
        host.trim()
    );
    book.write(".cargo/config.toml", &config);
    book.run(["record"]).succeeded();
    replace_old(&book, "chapters/tea/src/main.rs", "\"poured", "\"stirred");
    let mut tool = book.tool(["record"]);
    Ran::of(tool.current_dir(book.path("chapters/tea"))).succeeded();
    assert_eq!(recorded_lines(&book, "tea/main"), ["stirred"]);
    let sources = &book.recording("tea/main")["made_from"]["sources"];
    assert_eq!(sources[0]["path"], "chapters/tea/src/main.rs", "{sources}");
}

#[test]
fn a_program_is_made_of_nothing_that_other_clones_do_not_have() {
    let elsewhere = tempfile::tempdir().expect("there is room");
    let leaves = elsewhere.path().join("leaves.txt");
    std::fs::write(&leaves, "green").expect("there is room");
    let program = format!("fn main() {{ println!(include_str!({leaves:?})) }}");
    let book = Book::new()
        .with("tea/main", "", &program)
        .with("tea/pour", "", POUR);
    let ran = book.run(["record"]).failed();
    ran.says("`tea/main` is made of `")
        .says("leaves.txt`, which no other clone has");
    assert!(!book.is_recorded("tea/main") && book.is_recorded("tea/pour"));
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

/// Holds that after a change of a file these recordings are stale, for this reason, and no others are; then the change is
/// taken back.
#[track_caller]
fn is_stale_after(book: &Book, (path, from, to): (&str, &str, &str), why: &str, ids: &[&str]) {
    let text = book.path(path).exists().then(|| book.read(path));
    match &text {
        Some(text) => {
            assert!(text.contains(from), "`{from}` is not in {path}");
            book.write(path, &text.replacen(from, to, 1));
        }
        None => book.write(path, to),
    }
    let ran = book.run(["build"]);
    let said = [&*ran.stdout, &*ran.stderr].concat();
    let told = said.lines().filter_map(|line| {
        line.split_once("the recording of `")?
            .1
            .split_once("` is stale: ")
    });
    let mut stale: Vec<_> = told
        .filter(|(_, said)| said.starts_with(why))
        .map(|(id, _)| id)
        .collect();
    let mut ids = ids.to_vec();
    stale.sort_unstable();
    ids.sort_unstable();
    assert_eq!(stale, ids, "{path}: {to}: {ran}");
    match text {
        Some(text) => book.write(path, &text),
        None => book.remove(path),
    }
}

#[test]
fn a_setting_that_makes_another_program_makes_a_recording_stale() {
    let refused = "fn main() {\n    drop(cup);\n}\n";
    let book = Book::new()
        .with("tea/main", "signal = { at = 5.0, send = \"INT\" }", POUR)
        .with("tea/pour", "profile = \"release\"", POUR)
        .with("tea/refused", "fails = \"E0425\"", refused)
        .with("cups/main", "", POUR)
        .with_library("kettle", "", "pub const LITRES: u32 = 1;\n");
    book.append("chapters/tea/Cargo.toml", WITH_KETTLE);
    let book = book.locked();
    book.run(["record"]).succeeded();
    book.run(["record", "--stale"])
        .succeeded()
        .says("nothing to record");
    let all = ["tea/main", "tea/pour", "tea/refused", "cups/main"];
    let stale = |path: &str, from: &str, to: &str, why: &str, ids: &[&str]| {
        is_stale_after(&book, (path, from, to), why, ids);
    };
    let (dev, tea) = (
        ["tea/main", "tea/refused", "cups/main"],
        ["tea/main", "tea/pour", "tea/refused"],
    );
    let has = |what: &str| format!("`{what}` has changed");
    stale(
        "Cargo.toml",
        "debug = 0",
        "debug = 0\noverflow-checks = false",
        &has("Cargo.toml [profile.dev]"),
        &dev,
    );
    stale(
        "Cargo.toml",
        "[profile.dev]",
        "[profile.release]\nlto = true\n[profile.dev]",
        &has("Cargo.toml [profile.release]"),
        &["tea/pour"],
    );
    stale(
        "Cargo.toml",
        "[profile.dev]",
        "[profile.dev.package.cups]\nopt-level = 1\n[profile.dev]",
        &has("Cargo.toml [profile.dev]"),
        &["cups/main"],
    );
    stale(
        "Cargo.toml",
        "edition = \"2024\"",
        "edition = \"2021\"",
        &has("Cargo.toml [workspace]"),
        &all,
    );
    stale(
        ".cargo/config.toml",
        "",
        "[build]\nrustflags = [\"--cfg\", \"loom\"]\n",
        &has(".cargo/config.toml"),
        &all,
    );
    stale(
        ".cargo/config.toml",
        "",
        "[alias]\nb = \"build\"\n",
        "",
        &[],
    );
    stale(
        "kettle/Cargo.toml",
        "[package]",
        "[features]\ndefault = []\n[package]",
        &has("kettle/Cargo.toml"),
        &tea,
    );
    stale(
        "kettle/src/lib.rs",
        "1",
        "2",
        &has("kettle/src/lib.rs"),
        &tea,
    );
    stale(
        "chapters/cups/Cargo.toml",
        "2024",
        "2021",
        &has("chapters/cups/Cargo.toml"),
        &["cups/main"],
    );
    stale("chapters/cups/Cargo.toml", "a run", "another run", "", &[]);
    stale(
        "chapters/tea/Cargo.toml",
        "at = 5.0",
        "at = 0.1",
        "its `signal` has changed",
        &["tea/main"],
    );
    stale(
        "chapters/tea/Cargo.toml",
        "E0425",
        "/cup/",
        "its `fails` has changed",
        &["tea/refused"],
    );
    let deadline = "deadline = 20\nsignal";
    stale("chapters/tea/Cargo.toml", "signal", deadline, "", &[]);
    let dependency = "\n[[package]]\nname = \"leaf\"\nversion = \"1.0.0\"\nsource = \"registry\"\n";
    let kettle = "name = \"kettle\"\nversion = \"0.0.0\"\n";
    let lock = format!("{kettle}dependencies = [\"leaf\"]\n{dependency}");
    stale(
        "Cargo.lock",
        kettle,
        &lock,
        "the version of something that it depends on has changed",
        &tea,
    );
}

#[test]
fn flags_of_the_machine_are_recorded_and_are_no_others_affair() {
    let book = Book::new().with("tea/main", "", POUR);
    let run =
        |args: &[&str], flags: &str| Ran::of(book.tool(args).env("RUSTFLAGS", flags)).succeeded();
    run(&["record"], "-D warnings");
    // Of what a reader's machine sets, no recording is stale.
    run(&["record", "--stale"], "-C opt-level=1").says("nothing to record");
    let ran = run(&["record"], "-C opt-level=1");
    let told = "built with `RUSTFLAGS=-C opt-level=1`, and stale where that is not set";
    assert_eq!(ran.stdout.matches(told).count(), 1, "{ran}");
    run(&["record", "--stale"], "-C opt-level=1").says("nothing to record");
    let ran = book.run(["build"]);
    ran.says(
        "the recording of `tea/main` is stale: it was recorded with `RUSTFLAGS=-C opt-level=1`",
    );
}

#[test]
fn a_setting_that_is_saved_while_a_program_runs_is_not_recorded() {
    let sets = r#"
        fn main() {
            let text = std::fs::read_to_string("Cargo.toml").unwrap();
            std::fs::write("Cargo.toml", text.replace("debug = 0", "debug = 1")).unwrap();
        }
    "#;
    let book = Book::new().with("tea/main", "", sets);
    let ran = book.run(["record"]).failed();
    ran.says("what is set for `tea/main` was changed while it was built or ran");
    assert!(!book.is_recorded("tea/main"));
}

#[test]
fn an_entry_that_says_otherwise_makes_a_recording_stale() {
    let warns = "fn main() {\n    let cup = 1;\n    println!(\"poured\");\n}\n";
    let hangs = "fn main() { std::thread::park() }";
    let book = Book::new()
        .with("tea/main", "args = [\"one\", \"two\"]", POUR)
        .with("tea/warned", "warns = \"unused_variables\"", warns)
        .with("tea/hung", "deadline = 1\nclaims = [\"ends hang\"]", hangs)
        .with("tea/slow", "deadline = 9", SLOW);
    book.append("chapters/tea/Cargo.toml", "\n[lints]\nworkspace = true\n");
    book.run(["record"]).succeeded();
    let manifest = "chapters/tea/Cargo.toml";
    for (path, from, to, why, ids) in [
        (
            manifest,
            "\"two\"",
            "\"three\"",
            "its arguments have changed",
            &["tea/main"][..],
        ),
        (
            manifest,
            "\"one\", \"two\"",
            "\"two\", \"one\"",
            "its arguments",
            &["tea/main"],
        ),
        (
            manifest,
            "\"one\", \"two\"",
            "\"one two\"",
            "its arguments",
            &["tea/main"],
        ),
        (
            manifest,
            "args = [\"one\", \"two\"]",
            "",
            "its arguments",
            &["tea/main"],
        ),
        (
            manifest,
            "unused_variables",
            "dead_code",
            "its `warns` has changed",
            &["tea/warned"],
        ),
        (
            manifest,
            "warns = \"unused_variables\"",
            "",
            "its `warns` has changed",
            &["tea/warned"],
        ),
        // The level of a lint: of its group, its own, and by whose word.
        (
            "Cargo.toml",
            "unsafe_code = \"deny\"",
            "unused_variables = \"deny\"",
            "`Cargo.toml [workspace]` has changed",
            &["tea/warned"],
        ),
        (
            "Cargo.toml",
            "unsafe_code = \"deny\"",
            "unsafe_code = \"deny\"\nunused = \"allow\"",
            "`Cargo.toml [workspace]` has changed",
            &["tea/warned"],
        ),
        (
            manifest,
            "workspace = true",
            "rust.unused_variables = \"forbid\"",
            "`chapters/tea/Cargo.toml` has changed",
            &["tea/warned"],
        ),
        // A deadline that was met, that would be met now, and that makes no difference.
        (
            manifest,
            "deadline = 1",
            "deadline = 2",
            "its `deadline` has changed",
            &["tea/hung"],
        ),
        (
            manifest,
            "deadline = 1",
            "",
            "its `deadline` has changed",
            &["tea/hung"],
        ),
        (
            manifest,
            "deadline = 9",
            "deadline = 0.2",
            "its `deadline` has changed",
            &["tea/slow"],
        ),
        (manifest, "deadline = 9", "deadline = 8", "", &[]),
        (
            manifest,
            "deadline = 9",
            "deadline = 9.0 # in seconds",
            "",
            &[],
        ),
    ] {
        is_stale_after(&book, (path, from, to), why, ids);
    }
}

/// A program in the place of the compiler that adds a flag for the chapter's own programs.
#[cfg(unix)]
fn wrapper(book: &Book, path: &str, flag: &str) -> String {
    use std::os::unix::fs::PermissionsExt;
    let script = format!(
        "#!/bin/sh\ncase \"$*\" in *'--crate-name tea '*) exec \"$@\" {flag};; esac\nexec \"$@\"\n"
    );
    book.write(path, &script);
    let path = book.path(path);
    std::fs::set_permissions(&path, PermissionsExt::from_mode(0o755)).expect("it is ours");
    path.display().to_string()
}

#[test]
#[cfg(unix)]
fn who_stands_between_cargo_and_the_compiler_is_known() {
    let says = "fn main() { println!(\"{}\", if cfg!(debug_assertions) { \"weak\" } else { \"strong\" }) }";
    let book = Book::new().with("tea/main", "", says);
    let strong = wrapper(&book, "target/strong", "-C debug-assertions=off");
    // Those that only keep what the compiler has made are nobody's affair.
    let cache = wrapper(&book, "target/sccache", "");
    let none = ["", ""];
    let record = |[key, value]: [&str; 2]| {
        let mut tool = book.tool(["record"]);
        let ran = Ran::of(if key.is_empty() {
            &mut tool
        } else {
            tool.env(key, value)
        })
        .succeeded();
        (recorded_lines(&book, "tea/main").remove(0), ran)
    };
    for key in [
        "RUSTC_WRAPPER",
        "RUSTC_WORKSPACE_WRAPPER",
        "CARGO_BUILD_RUSTC_WRAPPER",
    ] {
        let (line, ran) = record(none);
        assert_eq!(line, "weak", "{key}");
        ran.never_says("built with");
        let (line, ran) = record([key, &strong]);
        assert_eq!(line, "strong", "{key}");
        ran.says(&format!(
            "built with `{key}={strong}`, and stale where that is not set"
        ));
        book.run(["build"]).says("is stale: it was recorded with `");
        let (line, ran) = record([key, &cache]);
        assert_eq!(line, "weak", "{key}");
        ran.never_says("built with");
        book.run(["build"]).succeeded().never_says("stale");
    }
    let config = ".cargo/config.toml";
    for key in ["rustc-wrapper", "rustc-workspace-wrapper"] {
        book.write(config, &format!("[build]\n{key} = \"{cache}\"\n"));
        book.run(["build"]).succeeded().never_says("stale");
        book.write(config, &format!("[build]\n{key} = \"{strong}\"\n"));
        book.run(["build"])
            .says("is stale: `.cargo/config.toml` has changed");
        assert_eq!(record(none).0, "strong", "{key}");
        book.remove(config);
        assert_eq!(record(none).0, "weak", "{key}");
    }
    let nowhere = book.path("nowhere").display().to_string();
    let ran = Ran::of(book.tool(["record"]).env("RUSTC_WRAPPER", &nowhere)).failed();
    ran.says("/nowhere");
}

#[test]
#[cfg(unix)]
fn a_panic_in_a_published_package_is_told_alike_wherever_that_stands() {
    use sha2::{Digest, Sha256};
    let code = "pub fn pour() {\n    panic!(\"no water\");\n}\n";
    let manifest = "[package]\nname = \"leaf\"\nversion = \"1.0.0\"\nedition = \"2024\"\n";
    let book = Book::new().with(
        "tea/main",
        "claims = [\"ends panic\"]",
        "fn main() { leaf::pour() }",
    );
    book.append(
        "chapters/tea/Cargo.toml",
        "\n[dependencies]\nleaf = \"1\"\n",
    );
    // As it is published.
    book.write("registry/leaf-1.0.0/Cargo.toml", manifest);
    book.write("registry/leaf-1.0.0/src/lib.rs", code);
    let tar = std::process::Command::new("tar")
        .args(["-czf", "leaf-1.0.0.crate", "leaf-1.0.0"])
        .current_dir(book.path("registry"))
        .status();
    assert!(tar.expect("it starts").success());
    let published = std::fs::read(book.path("registry/leaf-1.0.0.crate")).expect("it is there");
    let hash: String = Sha256::digest(&published)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let known = format!(
        "{{\"name\":\"leaf\",\"vers\":\"1.0.0\",\"deps\":[],\"cksum\":\"{hash}\",\"features\":{{}},\"yanked\":false}}\n"
    );
    book.write("registry/index/le/af/leaf", &known);
    // As `cargo vendor` puts it into the clone, and beside it.
    let elsewhere = tempfile::tempdir().expect("there is room");
    let homes = elsewhere.path().join("our homes");
    let beside = elsewhere.path().join("crates");
    for folder in [book.path("vendor"), beside.clone()] {
        let leaf = folder.join("leaf");
        std::fs::create_dir_all(leaf.join("src")).expect("a folder");
        let sum = format!("{{\"files\":{{}},\"package\":\"{hash}\"}}");
        for (path, text) in [
            ("Cargo.toml", manifest),
            ("src/lib.rs", code),
            (".cargo-checksum.json", &sum),
        ] {
            std::fs::write(leaf.join(path), text).expect("a file");
        }
    }
    let instead = |what: &str, place: &std::path::Path| {
        format!("[source.crates-io]\nreplace-with = \"ours\"\n[source.ours]\n{what} = {place:?}\n")
    };
    book.write(
        ".cargo/config.toml",
        &instead("local-registry", "registry".as_ref()),
    );
    let book = book.locked();
    for (what, place) in [
        ("local-registry", "registry".into()),
        ("directory", "vendor".into()),
        ("directory", book.path("vendor")),
        ("directory", beside),
    ] {
        book.write(".cargo/config.toml", &instead(what, &place));
        let mut tool = book.tool(["record"]);
        let ran = Ran::of(tool.env("CARGO_HOME", &homes)).succeeded();
        let said = recorded_lines(&book, "tea/main").concat();
        let panicked = "panicked at …/leaf-1.0.0/src/lib.rs:2:5:no water";
        assert!(said.contains(panicked), "{what} {place:?}: {said}\n{ran}");
        let sources = book.recording("tea/main")["made_from"]["sources"].to_string();
        assert!(!sources.contains("leaf"), "{sources}");
        std::fs::remove_dir_all(book.path("target/debug")).expect("it is built");
    }
}
