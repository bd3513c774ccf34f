//! `new`: the files it makes are sound as they are, and what it refuses leaves no trace.

use crate::book::Book;

#[test]
fn a_new_chapter_and_a_new_snippet_are_sound() {
    let book = Book::sound();
    let ran = book.run(["new", "green-tea"]).succeeded();
    ran.says("made chapters/green-tea/Cargo.toml")
        .says("made book/green-tea.md");
    assert!(
        book.read("book/SUMMARY.md")
            .ends_with("- [Green tea](green-tea.md)\n")
    );
    let ran = book.run(["new", "green-tea", "steep_long"]).succeeded();
    ran.says("made chapters/green-tea/examples/steep_long.rs");
    let line = "{{#snippet green-tea/steep_long}}";
    ran.says(line);
    book.append("book/green-tea.md", &format!("\n{line}\n"));
    book.run(["record", "green-tea"])
        .succeeded()
        .says("wrote 2 recordings");
    book.run(["check", "green-tea"]).succeeded();
    book.run(["check"])
        .succeeded()
        .says("3 chapters, 5 snippets");
}

#[test]
fn a_snippet_is_added_to_what_is_there() {
    let book = Book::still();
    let before = book.read("chapters/tea/Cargo.toml");
    book.run(["new", "tea", "stir"]).succeeded();
    let after = book.read("chapters/tea/Cargo.toml");
    assert!(after.starts_with(before.trim_end()), "{after}");
    assert!(
        after.contains("\n\n[package.metadata.workbook.stir]\nabout = "),
        "{after}"
    );
}

/// Runs `new` and holds that it is refused, with these words, and that nothing was written.
#[track_caller]
fn is_refused(book: &Book, args: &[&str], words: &str) {
    let before = book.files();
    let ran = book.run(["new"].iter().chain(args)).failed();
    ran.says(words).says("help: ").never_says("panicked");
    assert_eq!(book.files(), before, "{args:?} left something behind");
}

#[test]
fn bad_names_are_refused() {
    let book = Book::still();
    for name in [
        "Green",
        "green_tea",
        "3-cups",
        "-tea",
        "tea-",
        "a--b",
        "../tea",
        "a/b",
        "tee\u{301}",
        "",
    ] {
        is_refused(&book, &["--", name], "is no name for a chapter");
    }
    for name in [
        "Stir", "stir-it", "3_cups", "_stir", "stir__it", "../stir", "stir.rs", "main", "",
    ] {
        is_refused(&book, &["--", "tea", name], "is no name for a snippet");
    }
}

#[test]
fn names_that_are_taken_are_refused() {
    let book = Book::still();
    is_refused(&book, &["tea"], "`chapters/tea` is there already");
    book.write("book/milk.md", "# Milk\n");
    is_refused(&book, &["milk"], "`book/milk.md` is there already");
    is_refused(
        &book,
        &["tea", "pour"],
        "the name `pour` is taken by `chapters/tea/examples/pour.rs`",
    );
    // Names of snippets are unique in the whole book.
    is_refused(
        &book,
        &["cups", "pour"],
        "the name `pour` is taken by `chapters/tea/examples/pour.rs`",
    );
    is_refused(&book, &["mugs", "stir"], "there is no chapter `mugs`");
}

#[test]
fn the_name_of_a_locked_package_is_refused() {
    let book = Book::still();
    let package = "[[package]]\nname = \"futures\"\nversion = \"0.3.34\"\nsource = \"registry+https://github.com/rust-lang/crates.io-index\"\n";
    book.append("Cargo.lock", package);
    is_refused(
        &book,
        &["futures"],
        "`futures` is the name of a package in Cargo.lock",
    );
    // A package of the workspace that is no chapter, like the tool itself.
    book.append(
        "Cargo.lock",
        "[[package]]\nname = \"kettle\"\nversion = \"0.1.0\"\n",
    );
    is_refused(
        &book,
        &["kettle"],
        "`kettle` is the name of a package in Cargo.lock",
    );
}

#[test]
fn names_that_cargo_or_mdbook_keep_for_themselves_are_refused() {
    let book = Book::still();
    // Cargo: "the binary target name `deps` is forbidden, it conflicts with cargo's build directory names".
    // One such chapter, and nothing of the workspace can be built. mdBook: "print.md is reserved for internal use".
    for name in ["build", "deps", "examples", "incremental", "print"] {
        is_refused(&book, &[name], &format!("`{name}`"));
    }
}
