//! `practice/` is the reader's: nothing that stands in it breaks the book, nothing of it is lost, and its own files agree
//! with the book's.

use std::path::Path;

use toml::{Table, Value};

use crate::book::{Book, Ran};
use crate::workshop::{Draft, FILE, Workshop, pours, repository, solution};

fn table(path: &Path) -> Table {
    let text = std::fs::read_to_string(path).expect("the clone has it");
    text.parse().expect("it is TOML")
}

/// A dependency's version and features.
fn asked_for(dependency: &Value) -> (String, Vec<String>) {
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    match dependency {
        Value::String(version) => (version.clone(), Vec::new()),
        of => {
            let features = of.get("features").and_then(Value::as_array);
            let mut features: Vec<_> = features.into_iter().flatten().map(text).collect();
            features.sort();
            (of.get("version").map(text).unwrap_or_default(), features)
        }
    }
}

/// What `practice/Cargo.toml` and its lock say otherwise than the book's, with what mends it.
fn disagreements(practice: &Table, lock: &Table, book: &Table, book_lock: &Table) -> Vec<String> {
    let mut found = Vec::new();
    let common = &book["workspace"]["package"];
    for key in ["edition", "rust-version"] {
        if practice["package"][key] != common[key] {
            found.push(format!(
                "practice/Cargo.toml: `{key}` is not the book's: write {}",
                common[key]
            ));
        }
    }
    let known = &book["workspace"]["dependencies"];
    for (name, dependency) in practice["dependencies"].as_table().expect("a table") {
        let Some(of_book) = known.get(name) else {
            found.push(format!(
                "practice/Cargo.toml: the book has no `{name}`: drop it, or add it to Cargo.toml"
            ));
            continue;
        };
        let (version, mut features) = asked_for(dependency);
        let (wanted, wanted_features) = asked_for(of_book);
        // What tests alone need: the paused clock, and their own library whole.
        features.retain(|it| {
            !matches!(
                (name.as_str(), it.as_str()),
                ("tokio", "test-util") | ("exercise", "tests")
            )
        });
        if (&version, &features) != (&wanted, &wanted_features) {
            found.push(format!(
                "practice/Cargo.toml: `{name}` is {version:?} with {features:?}: write {wanted:?} with {wanted_features:?}"
            ));
        }
    }
    // What a single chapter asks for is no exercise's. But what readers write in `scratch` is their own, too.
    let mut profile = book["profile"]["dev"].as_table().expect("a table").clone();
    let packages = profile.remove("package");
    if let Some(scratch) = packages.as_ref().and_then(|it| it.get("scratch")) {
        profile.extend(scratch.as_table().expect("a table").clone());
    }
    if practice["profile"]["dev"].as_table() != Some(&profile) {
        found.push(
            "practice/Cargo.toml: [profile.dev] is not the book's, with what `scratch` has: copy it from Cargo.toml"
                .to_owned(),
        );
    }
    let all = book_lock["package"].as_array().expect("packages");
    let is = |a: &Value, b: &Value, key: &str| a.get(key) == b.get(key);
    for package in lock["package"].as_array().expect("packages") {
        let name = package["name"].as_str().expect("a name");
        let is_same = |it: &&Value| {
            ["name", "version", "source", "checksum"]
                .iter()
                .all(|key| is(it, package, key))
        };
        if name != "practice" && !all.iter().any(|it| is_same(&it)) {
            let of_book = all.iter().find(|it| it["name"].as_str() == Some(name));
            let version = of_book.map_or("none", |it| it["version"].as_str().unwrap_or_default());
            found.push(format!(
                "practice/Cargo.lock: `{name}` {} is not the book's: `cargo update -p {name} --precise {version}` in practice/",
                package["version"]
            ));
        }
    }
    found
}

#[test]
fn the_practice_package_agrees_with_the_book() {
    let [practice, lock, book, book_lock] = [
        "practice/Cargo.toml",
        "practice/Cargo.lock",
        "Cargo.toml",
        "Cargo.lock",
    ]
    .map(|path| table(&repository().join(path)));
    let found = disagreements(&practice, &lock, &book, &book_lock);
    assert!(found.is_empty(), "{}", found.join("\n"));
    // Each of these is found.
    let told = |change: &dyn Fn(&mut Table, &mut Table)| {
        let (mut practice, mut lock) = (practice.clone(), lock.clone());
        change(&mut practice, &mut lock);
        disagreements(&practice, &lock, &book, &book_lock).join("\n")
    };
    let older = |table: &mut Table| table["dependencies"]["rayon"] = "1.0.0".into();
    assert!(told(&|it, _| older(it)).contains("`rayon` is \"1.0.0\""));
    let bare = |table: &mut Table| table["dependencies"]["tokio"] = "1.54.1".into();
    assert!(told(&|it, _| bare(it)).contains("`tokio` is"));
    let large = |table: &mut Table| table["profile"]["dev"]["debug"] = true.into();
    assert!(told(&|it, _| large(it)).contains("[profile.dev]"));
    let newer = |lock: &mut Table| lock["package"][0]["version"] = "9.9.9".into();
    assert!(told(&|_, it| newer(it)).contains("--precise"));
}

/// What editors, systems and people leave in it.
fn fill_with_rubbish(book: &Book) {
    for (path, text) in [
        ("practice/src/bin/pour copy.rs", "fn main( {"),
        ("practice/src/bin/broken.rs", "mod nowhere; fn"),
        ("practice/src/bin/._pour.rs", "\u{0}"),
        (
            "practice/src/bin/scratch/Cargo.toml",
            "[package]\nname = \"tea\"\nversion = \"0.1.0\"\n",
        ),
        ("practice/src/bin/scratch/src/main.rs", "fn main() {}"),
        ("practice/scratch/Cargo.toml", "[package\nname"),
        (
            "practice/timeline/Cargo.toml",
            "[package]\nname = \"timeline\"\n",
        ),
        ("practice/timeline/src/lib.rs", "not Rust"),
        ("practice/build.rs", "fn main() { panic!() }"),
        ("practice/tests/all.rs", "not Rust"),
        ("practice/src/main.rs", "not Rust"),
        ("practice/target/a", ""),
    ] {
        book.write(path, text);
    }
    #[cfg(unix)]
    std::os::unix::fs::symlink("nowhere", book.path("practice/src/bin/.#pour.rs")).expect("a link");
    #[cfg(unix)]
    std::os::unix::fs::symlink(".", book.path("practice/src/around")).expect("a link");
}

#[test]
fn no_command_minds_what_stands_in_practice() {
    let workshop = Workshop::new();
    let book = &workshop.book;
    let all = |book: &Book| {
        let cargo = |args: &[&str]| {
            let mut cargo = crate::book::cleared(std::process::Command::new(env!("CARGO")));
            let ran = Ran::of(
                cargo
                    .args(args)
                    .current_dir(book.path(""))
                    .env("CARGO_TARGET_DIR", book.path("target")),
            );
            (ran.code, ran.stdout)
        };
        let tool = |args: &[&str]| {
            let ran = book.run(args);
            (ran.code, ran.stderr)
        };
        [
            tool(&["check", "cups"]),
            tool(&["build"]),
            tool(&["exercise"]),
            tool(&["record", "--stale"]),
            cargo(&[
                "metadata",
                "--no-deps",
                "--format-version",
                "1",
                "--offline",
            ]),
        ]
    };
    let before = all(book);
    fill_with_rubbish(book);
    assert_eq!(all(book), before);
    // Nor is anything built anew for it, and the exercise can be tried.
    let ran = workshop.tries(solution()).succeeded();
    ran.complains("");
    book.write("practice/Cargo.toml", "[package");
    assert_eq!(all(book), before);
}

#[test]
fn a_broken_package_says_how_it_is_mended() {
    let workshop = Workshop::new();
    let book = &workshop.book;
    for (file, text) in [
        ("Cargo.toml", "[package"),
        ("Cargo.lock", "version = "),
        ("Cargo.toml", ""),
    ] {
        let path = format!("practice/{file}");
        let sound = book.read(&path);
        book.write(&path, text);
        let ran = workshop.tries(solution()).failed();
        ran.says(&path)
            .says("git checkout practice/Cargo.")
            .never_says("panicked");
        book.remove(&path);
        workshop
            .tries(solution())
            .failed()
            .says(&format!("`{path}` is not there"))
            .says(&format!("`git checkout {path}`"));
        book.write(&path, &sound);
    }
    workshop.tries(solution()).succeeded();
    std::fs::remove_dir_all(book.path("practice")).expect("it is there");
    workshop.exercise(["list"]).succeeded().says("pour");
    let ran = workshop.exercise(["pour"]).failed();
    ran.says("git checkout practice");
}

#[test]
fn tests_that_have_changed_ask_for_another_pass() {
    let workshop = Workshop::new();
    workshop.tries(solution()).succeeded();
    workshop.exercise(["list"]).says("passed  pour");
    let book = &workshop.book;
    book.append(
        "chapters/tea/exercises/pour/tests.rs",
        "\n#[exercise::test]\nfn four_are_poured() {\n    assert_eq!(pour(4).len(), 4);\n}\n",
    );
    assert_eq!(
        workshop.told(["list"])["exercises"][0]["standing"],
        "passed before its tests changed"
    );
    let ran = workshop.exercise(["list"]);
    ran.says("again   pour")
        .says("again: passed once, and the tests have changed since");
    ran.says("next: cargo workbook exercise pour");
    workshop
        .exercise(["next"])
        .succeeded()
        .says("pour: passed, all 3 tests");
    workshop.exercise(["list"]).says("passed  pour");
}

#[test]
fn a_copy_in_another_clone_has_all_progress() {
    let workshop = Workshop::new();
    workshop.tries(pours("vec![]")).failed();
    workshop.exercise(["hint"]).succeeded();
    workshop.tries(solution()).succeeded();
    let other = Workshop::of([Draft::sound("pour"), Draft::sound("more")]);
    for path in ["practice/progress.txt", "practice/passed/pour.rs", FILE] {
        other.book.write(path, &workshop.book.read(path));
    }
    let told = other.told(["list"]);
    assert_eq!(told["exercises"][0]["standing"], "passed");
    assert_eq!(told["exercises"][0]["hints_shown"], 1);
    assert_eq!(told["next"], "tea/more");
    other.exercise(["pour"]).succeeded();
}

#[test]
fn progress_that_was_edited_is_kept_or_named() {
    let workshop = Workshop::new();
    let book = &workshop.book;
    const PROGRESS: &str = "practice/progress.txt";
    book.write(PROGRESS, "\u{feff}my words\r\ntea/pour: hints 1\r\ntea/pour: passed 0123\r\ntea/gone: passed 4567\ntea/pour: nonsense\n");
    workshop
        .exercise(["hint", "pour"])
        .succeeded()
        .says("hint 2 of 2");
    let kept = book.read(PROGRESS);
    for words in [
        "my words",
        "tea/gone: passed 4567",
        "tea/pour: nonsense",
        "tea/pour: passed 0123 hints 2",
    ] {
        assert!(kept.contains(words), "{words}\n{kept}");
    }
    workshop.exercise(["list"]).says("again   pour");
    std::fs::write(book.path(PROGRESS), b"tea/pour: hints 1\n\xff\n").expect("a file");
    for args in [
        &["list"][..],
        &["hint", "pour"],
        &["solution", "pour"],
        &["pour"],
    ] {
        let ran = workshop.exercise(args.iter().copied()).failed();
        ran.says("practice/progress.txt:2: failed to read your progress: it is not UTF-8")
            .says("help: mend it, or delete it");
    }
    assert!(std::fs::read(book.path(PROGRESS)).is_ok_and(|it| it.ends_with(b"\xff\n")));
    // What cannot be noted down is judged all the same.
    let ran = workshop.tries(solution()).succeeded();
    ran.says("pour: passed, all 2 tests")
        .says("error: practice/progress.txt:2: ");
    book.remove(PROGRESS);
    book.write("practice/passed", "a file");
    let ran = workshop.tries(solution()).succeeded();
    ran.says("pour: passed, all 2 tests")
        .says("error: failed to make the folder `");
}

#[test]
fn two_who_change_progress_at_once_lose_nothing() {
    let names = ["a1", "a2", "a3", "a4", "a5", "a6"];
    let workshop = Workshop::of(names.map(Draft::sound));
    std::thread::scope(|scope| {
        for name in names {
            let workshop = &workshop;
            scope.spawn(move || workshop.exercise(["hint", name]).succeeded());
        }
    });
    let told = workshop.told(["list"]);
    let all = told["exercises"].as_array().expect("a list").iter();
    assert_eq!(
        all.filter(|it| it["hints_shown"] == 1).count(),
        names.len(),
        "{told}"
    );
}

/// What is solved can be run and tested by cargo alone, from the reader's own folder, and what `cargo new` makes there is
/// nobody else's.
#[test]
fn cargo_knows_practice_as_a_package_of_its_own() {
    let workshop = Workshop::new();
    let book = &workshop.book;
    book.write(FILE, &solution());
    book.write("practice/src/bin/broken.rs", "not Rust");
    let cargo = |folder: &str, args: &[&str]| {
        let mut cargo = crate::book::cleared(std::process::Command::new(env!("CARGO")));
        Ran::of(cargo.args(args).current_dir(book.path(folder)))
    };
    book.write(
        "practice/.cargo/config.toml",
        "[build]\ntarget-dir = \"../target/practice\"\n",
    );
    let ran = cargo(
        "practice",
        &["test", "--quiet", "--locked", "--bin", "pour"],
    )
    .succeeded();
    ran.says("2 passed");
    cargo("practice", &["run", "--quiet", "--locked", "--bin", "pour"])
        .succeeded()
        .says("[1, 2, 3]");
    let sound = [
        "Cargo.toml",
        "Cargo.lock",
        "practice/Cargo.toml",
        "practice/Cargo.lock",
    ];
    let before = sound.map(|path| book.read(path));
    for (folder, name) in [("practice", "scratch"), ("practice/src/bin", "inner")] {
        cargo(folder, &["new", "--quiet", "--vcs", "none", name]).succeeded();
        cargo(
            &format!("{folder}/{name}"),
            &["metadata", "--offline", "--format-version", "1"],
        )
        .succeeded();
    }
    assert_eq!(sound.map(|path| book.read(path)), before);
    cargo(
        "practice",
        &["metadata", "--locked", "--offline", "--format-version", "1"],
    )
    .succeeded();
}
