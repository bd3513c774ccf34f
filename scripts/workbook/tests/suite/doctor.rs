//! `doctor`: what cargo needs is looked for as a build looks for it. `preflight.rs` has what its script finds.

use crate::book::{Book, ELSEWHERE, POUR, Ran};

/// A book whose program depends on a published package on systems of this kind. The registry knows of the package, and
/// nobody has ever fetched it.
fn depending_on(system: &str) -> Book {
    let book = Book::new().with("tea/main", "", POUR);
    let dependency =
        format!("\n[target.'cfg(target_os = \"{system}\")'.dependencies]\nleaf = \"1\"\n");
    book.append("chapters/tea/Cargo.toml", &dependency);
    let config = "[source.crates-io]\nreplace-with = \"ours\"\n[source.ours]\nlocal-registry = \"registry\"\n";
    book.write(".cargo/config.toml", config);
    let known = format!(
        "{{\"name\":\"leaf\",\"vers\":\"1.0.0\",\"deps\":[],\"cksum\":\"{}\",\"features\":{{}},\"yanked\":false}}\n",
        "0".repeat(64)
    );
    book.write("registry/index/le/af/leaf", &known);
    book.locked()
}

/// What is said of the crates.
fn of_crates(ran: &Ran) -> String {
    let mut lines = ran.stdout.lines();
    let line = lines.find(|line| line.contains(" crates "));
    let help = lines.next().filter(|line| line.contains(" help: "));
    format!(
        "{}\n{}",
        line.unwrap_or_default(),
        help.unwrap_or_default().trim()
    )
}

#[test]
fn what_other_systems_need_is_not_missed() {
    let book = depending_on(ELSEWHERE);
    let said = of_crates(&book.run(["doctor"]));
    assert_eq!(
        said,
        "ok    crates        all are here: no network is needed\n"
    );
    // Nor does a build.
    book.run(["record"]).succeeded();
}

#[test]
fn what_this_system_needs_is_missed() {
    let book = depending_on(std::env::consts::OS);
    // The registry knows of it no longer: there is no way to it.
    book.remove("registry/index/le/af/leaf");
    let said = of_crates(&book.run(["doctor"]));
    let start = "FAULT crates        1 of 1 are not here, and there is no way to them: ";
    assert!(said.starts_with(start), "{said}");
    assert!(
        said.contains("\nhelp: run `cargo fetch --locked` in the clone while there is a network"),
        "{said}"
    );
}

#[test]
fn a_lock_file_that_lacks_something_is_named() {
    let book = depending_on(ELSEWHERE);
    book.write("Cargo.lock", "version = 4\n");
    let said = of_crates(&book.run(["doctor"]));
    assert!(
        said.contains("\nhelp: run `git checkout Cargo.lock`"),
        "{said}"
    );
    let book = Book::sound().locked();
    book.write(
        "chapters/scratch/Cargo.toml",
        "[package]\nname = \"scratch\"\nedition = \"2024\"\n",
    );
    book.write("chapters/scratch/src/main.rs", "fn main() {}\n");
    let said = of_crates(&book.run(["doctor"]));
    assert!(
        said.contains("the package `scratch` in `chapters/scratch` is not in Cargo.lock"),
        "{said}"
    );
    assert!(
        said.contains("\nhelp: move the folder `chapters/scratch` out of this clone"),
        "{said}"
    );
}
