//! Every way in which a book can be broken: `check` names the file, the line and the cure, all of them in one go.

use snapbox::{IntoData, assert_data_eq, str};

use crate::book::{Book, POUR};

/// Checks a book in which nothing runs: what is said on standard error, and nothing else, is this.
#[track_caller]
fn is_told(book: &Book, expect: impl IntoData) {
    book.run(["check"]).failed().complains(expect);
}

#[test]
fn a_book_in_which_nothing_is_broken_passes() {
    let ran = Book::still().run(["check"]).succeeded();
    assert_eq!(ran.stderr, "");
    ran.says("all is as the pages say: 2 chapters");
}

#[test]
fn a_misspelt_snippet() {
    let book = Book::still();
    book.append("book/tea.md", "\nIt took {{#value tea/puor wall}}.\n");
    is_told(
        &book,
        str![[r#"
book/tea.md:7: unknown snippet `tea/puor`
  help: did you mean `tea/pour`?
1 problem found

"#]],
    );
}

#[test]
fn a_directive_that_nobody_knows() {
    let book = Book::still();
    book.append("book/tea.md", "\n{{#snipet tea/pour}}\n");
    is_told(
        &book,
        str![[r#"
book/tea.md:7: `{{#snipet tea/pour}}`: unknown directive `snipet`
  help: did you mean `snippet`?
1 problem found

"#]],
    );
}

#[test]
fn a_part_that_the_program_does_not_have() {
    let book = Book::still();
    book.append("book/tea.md", "\n{{#snippet tea/pour part=stir}}\n");
    is_told(
        &book,
        str![[r#"
book/tea.md:7: `chapters/tea/examples/pour.rs` has no part `stir`
  help: put it between `// part: stir` and `// end: stir`
1 problem found

"#]],
    );
}

#[test]
fn a_library_file_that_is_not_there_or_lacks_the_part() {
    let book = Book::still();
    book.write("chapters/tea/src/leaves.rs", "fn leaves() {}\n");
    book.append(
        "book/tea.md",
        "\n{{#source tea/leaf.rs}}\n\n{{#source tea/leaves.rs part=stir}}\n",
    );
    let ran = book.run(["check"]).failed();
    ran.says("book/tea.md:7: failed to read `chapters/tea/src/leaf.rs`: ");
    ran.says("help: bring the file back, or mend its name");
    ran.says("book/tea.md:9: `chapters/tea/src/leaves.rs` has no part `stir`");
    ran.says("2 problems found");
}

#[test]
fn a_value_that_nobody_printed() {
    let book = Book::still();
    book.append(
        "book/tea.md",
        "\nIt held {{#value tea/pour says /(\\d+) ml/}}.\n",
    );
    is_told(
        &book,
        str![[r#"
book/tea.md:7: no line of `tea/pour` matches /(\d+) ml/
  help: mend the regex, or record the snippet again
1 problem found

"#]],
    );
}

#[test]
fn a_closer_look_at_what_the_recording_does_not_have() {
    let book = Book::still();
    book.append(
        "book/tea.md",
        "\n{{#snippet tea/pour code=no closer=\"poll(tea 1, 2)\"}}\n",
    );
    is_told(
        &book,
        str![[r#"
book/tea.md:7: the recording of `tea/pour` has no lane `tea 1`
  help: only a program with lanes has a picture
1 problem found

"#]],
    );
}

#[test]
fn a_program_that_claims_nothing_that_could_fail() {
    let book = Book::still();
    book.replace("chapters/cups/Cargo.toml", "lines = 1", "order any");
    is_told(
        &book,
        str![[r#"
chapters/cups/Cargo.toml:5: `cups/main` has no claim that could fail
  help: claim what it must show: `wall in 1.0..1.6`, `order exact`, `says /poured/`
1 problem found

"#]],
    );
}

#[test]
fn a_stale_recording() {
    let book = Book::still();
    book.replace("chapters/tea/examples/pour.rs", "\"poured\"", "\"spilt\"");
    is_told(
        &book,
        str![[r#"
chapters/tea/recordings/pour.json: the recording of `tea/pour` is stale: `chapters/tea/examples/pour.rs` has changed
  help: run `cargo workbook record tea/pour`
1 problem found

"#]],
    );
}

#[test]
fn a_missing_recording() {
    let book = Book::still();
    book.remove("chapters/cups/recordings/main.json");
    is_told(
        &book,
        str![[r#"
chapters/cups/recordings/main.json: `cups/main` has no recording
  help: run `cargo workbook record cups/main`
1 problem found

"#]],
    );
}

#[test]
fn an_orphaned_recording() {
    let book = Book::still();
    let text = book.read("chapters/tea/recordings/pour.json");
    book.write("chapters/tea/recordings/stir.json", &text);
    is_told(
        &book,
        str![[r#"
chapters/tea/recordings/stir.json: there is no snippet `tea/stir` that this could be a recording of
  help: delete `chapters/tea/recordings/stir.json`, or bring the program back
1 problem found

"#]],
    );
}

#[test]
fn a_recording_of_another_program() {
    let book = Book::still();
    let text = book.read("chapters/tea/recordings/pour.json");
    book.write("chapters/tea/recordings/main.json", &text);
    is_told(
        &book,
        str![[r#"
chapters/tea/recordings/main.json: this is a recording of `tea/pour`
  help: run `cargo workbook record tea/main`
1 problem found

"#]],
    );
}

#[test]
fn a_malformed_recording() {
    let book = Book::still();
    book.replace(
        "chapters/tea/recordings/pour.json",
        "\"made_on\"",
        "\"maid_on\"",
    );
    is_told(
        &book,
        str![[r#"
chapters/tea/recordings/pour.json:15: the recording is malformed: unknown field `maid_on`, expected one of `schema`, `snippet`, `command`, `made_from`, `made_on`, `ending`, `figures`, `compiler`, `lines`, `cut`, `timeline`, `left_behind` at line 15 column 11
  help: run `cargo workbook record tea/pour`
1 problem found

"#]],
    );
    book.write("chapters/tea/recordings/pour.json", "{\n  \"schema\": 1,\n");
    is_told(
        &book,
        str![[r#"
chapters/tea/recordings/pour.json:3: the recording is malformed: EOF while parsing a value at line 3 column 0
  help: run `cargo workbook record tea/pour`
1 problem found

"#]],
    );
}

#[test]
fn a_program_on_no_page() {
    let book = Book::still();
    book.replace(
        "book/tea.md",
        "{{#snippet tea/pour}}",
        "It took {{#value tea/pour wall}}.",
    );
    is_told(
        &book,
        str![[r#"
chapters/tea/examples/pour.rs: `tea/pour` is on no page
  help: put `{{#snippet tea/pour}}` on book/tea.md, or delete the program
1 problem found

"#]],
    );
}

#[test]
fn a_page_that_is_not_in_the_summary() {
    let book = Book::still();
    book.write("book/milk.md", "# Milk\n");
    is_told(
        &book,
        str![[r#"
book/milk.md: the page is not in SUMMARY.md: nobody can find it
  help: add `- [Title](milk.md)` to book/SUMMARY.md
1 problem found

"#]],
    );
}

#[test]
fn a_page_in_the_summary_that_is_not_there() {
    let book = Book::still();
    book.append("book/SUMMARY.md", "- [Milk](milk.md)\n");
    let ran = book.run(["check"]).failed();
    ran.says("book/SUMMARY.md:5: `milk.md` is listed and is not there\n  help: write book/milk.md, or drop the line");
}

#[test]
fn an_unknown_key_in_the_manifest() {
    let book = Book::still();
    book.replace("chapters/cups/Cargo.toml", "about", "abuot");
    is_told(
        &book,
        str![[r#"
chapters/cups/Cargo.toml:5: `main` does not say what it is about
  help: add `about = "what the run shows"`
chapters/cups/Cargo.toml:6: unknown key `abuot`
  help: did you mean `about`?
2 problems found

"#]],
    );
}

#[test]
fn a_claim_that_is_none() {
    let book = Book::still();
    book.replace("chapters/cups/Cargo.toml", "lines = 1", "lines is 1");
    is_told(
        &book,
        str![[r#"
chapters/cups/Cargo.toml:8: claim `lines is 1`: after `lines` comes <, <=, =, >=, > or in, not `is 1`
  help: CONTRIBUTING.md lists what can be claimed
1 problem found

"#]],
    );
}

#[test]
fn a_program_without_an_entry_and_an_entry_without_a_program() {
    let book = Book::still();
    book.replace(
        "chapters/tea/Cargo.toml",
        "workbook.pour]",
        "workbook.puor]",
    );
    // Without an entry, nothing says that it runs elsewhere.
    let ran = book.run(["check"]).failed();
    ran.says("chapters/tea/Cargo.toml: `chapters/tea/examples/pour.rs` has no entry in the manifest\n  help: add [package.metadata.workbook.pour]");
    ran.says("chapters/tea/Cargo.toml:10: `puor` has an entry here and no program\n  help: write chapters/tea/examples/puor.rs, or drop the entry");
    ran.says("2 problems found");
}

#[test]
fn a_manifest_that_is_no_toml() {
    let book = Book::still();
    book.replace("chapters/cups/Cargo.toml", "claims = [", "claims = [[");
    book.append("book/tea.md", "\n[gone](gone.md)\n");
    let ran = book.run(["check"]).failed();
    ran.says("chapters/cups/Cargo.toml:")
        .says("the manifest is not valid TOML");
    ran.says("help: mend the syntax in this line");
    // The rest is told all the same.
    ran.says("book/tea.md:7: dead link `gone.md`");
    ran.never_says("has no entry in the manifest");
}

#[test]
fn a_name_that_two_chapters_use() {
    let book = Book::still();
    let entry = format!(
        "claims = [\"lines = 1\"]\nplatforms = [\"{}\"]",
        crate::book::ELSEWHERE
    );
    let book = book.with("cups/pour", &entry, POUR);
    let text = book
        .read("chapters/tea/recordings/pour.json")
        .replace("tea", "cups");
    book.write("chapters/cups/recordings/pour.json", &text);
    is_told(
        &book,
        str![[r#"
chapters/cups/examples/pour.rs: the name `pour` is used twice: also by `chapters/tea/examples/pour.rs`
  help: rename one of them: cargo puts all examples in one folder
chapters/cups/recordings/pour.json: the recording of `cups/pour` is stale: `chapters/cups/Cargo.toml` has changed
  help: run `cargo workbook record cups/pour`
chapters/tea/examples/pour.rs: the name `pour` is used twice: also by `chapters/cups/examples/pour.rs`
  help: rename one of them: cargo puts all examples in one folder
3 problems found

"#]],
    );
}

#[test]
fn a_chapter_named_like_a_locked_dependency() {
    let book = Book::still();
    let package = "[[package]]\nname = \"cups\"\nversion = \"1.0.0\"\nsource = \"registry+https://github.com/rust-lang/crates.io-index\"\n";
    book.append("Cargo.lock", package);
    is_told(
        &book,
        str![[r#"
chapters/cups/Cargo.toml:2: the chapter `cups` has the name of a package in Cargo.lock
  help: rename folder, package and page: `cargo run -p cups` could not tell them apart
1 problem found

"#]],
    );
}

#[test]
fn a_package_named_otherwise_than_its_folder() {
    let book = Book::still();
    book.replace("chapters/cups/Cargo.toml", "\"cups\"", "\"mugs\"");
    is_told(
        &book,
        str![[r#"
chapters/cups/Cargo.toml:2: the package is named `mugs`, its folder `cups`
  help: page, folder and package have one name: rename the one or the other
chapters/cups/recordings/main.json: the recording of `cups/main` is stale: `chapters/cups/Cargo.toml` has changed
  help: run `cargo workbook record cups/main`
2 problems found

"#]],
    );
}

#[test]
fn a_dead_link() {
    let book = Book::still();
    book.append("book/tea.md", "\nSee [cups](cup.md).\n");
    is_told(
        &book,
        str![[r#"
book/tea.md:7: dead link `cup.md`: there is no `book/cup.md`
  help: did you mean `cups.md`?
1 problem found

"#]],
    );
}

#[test]
fn a_dead_anchor() {
    let book = Book::still();
    book.append(
        "book/tea.md",
        "\nSee [cups](cups.md#about-mugs) and [here](#about-tea).\n",
    );
    is_told(
        &book,
        str![[r#"
book/tea.md:7: dead link `cups.md#about-mugs`: `book/cups.md` has no such heading
  help: did you mean `#about-cups`?
1 problem found

"#]],
    );
}

#[test]
fn a_link_that_is_defined_nowhere() {
    let book = Book::still();
    book.append("book/tea.md", "\nSee [the kettle][kettle].\n");
    is_told(
        &book,
        str![[r#"
book/tea.md:7: the link [kettle] is defined nowhere on this page
  help: add `[kettle]: address` at the end of the page
1 problem found

"#]],
    );
}

#[test]
fn a_pasted_rust_fence() {
    let book = Book::still();
    book.append(
        "book/tea.md",
        "\n```rust\nfn main() {}\n```\n\n```console\ncargo run -p tea\n```\n",
    );
    is_told(
        &book,
        str![[r#"
book/tea.md:7: Rust code is typed into the page: nobody compiles it
  help: put the program in a file of the chapter and write {{#snippet CHAPTER/NAME}}
1 problem found

"#]],
    );
}

#[test]
fn several_at_once_are_told_in_one_go() {
    let book = Book::sound();
    book.append(
        "book/tea.md",
        "\n{{#snipet tea/pour}}\n\nSee [milk](milk.md).\n",
    );
    book.append("book/cups.md", "\n```rust\nfn main() {}\n```\n");
    book.write("book/lost.md", "# Lost\n");
    book.replace("chapters/tea/Cargo.toml", "says /poured/", "says /stirred/");
    book.replace("chapters/cups/src/main.rs", "3 cups", "4 cups");
    book.write("chapters/tea/recordings/stir.json", "");
    // Programs run, and that is told meanwhile.
    let ran = book.run(["check"]).failed();
    let at = ran.stderr.find("book/").expect("problems");
    assert_data_eq!(
        &ran.stderr[at..],
        str![[r#"
book/cups.md:5: Rust code is typed into the page: nobody compiles it
  help: put the program in a file of the chapter and write {{#snippet CHAPTER/NAME}}
book/lost.md: the page is not in SUMMARY.md: nobody can find it
  help: add `- [Title](lost.md)` to book/SUMMARY.md
book/tea.md:7: `{{#snipet tea/pour}}`: unknown directive `snipet`
  help: did you mean `snippet`?
book/tea.md:9: dead link `milk.md`: there is no `book/milk.md`
  help: link to a page's Markdown file, relative to this one
chapters/cups/recordings/main.json: the recording of `cups/main` is stale: `chapters/cups/src/main.rs` has changed
  help: run `cargo workbook record cups/main`
chapters/tea/Cargo.toml:5: `tea/main` does not hold its claim `says /stirred/`: no line matches
  help: mend the program, or claim what it shows
chapters/tea/recordings/stir.json: there is no snippet `tea/stir` that this could be a recording of
  help: delete `chapters/tea/recordings/stir.json`, or bring the program back
7 problems found

"#]]
    );
}
