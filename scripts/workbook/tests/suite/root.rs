//! Which book is meant, and which of its programs.

use snapbox::{assert_data_eq, file, str};

use crate::book::{Book, Ran, redacted, tool};

#[test]
fn the_tool_says_what_it_can_do() {
    let help = |args: &[&str]| Ran::of(&mut tool(args)).succeeded().stdout;
    let mut all = help(&["--help"]);
    let (_, commands) = all.split_once("Commands:\n").expect("a list of commands");
    let names = commands
        .lines()
        .map_while(|line| line.split_whitespace().next());
    let names: Vec<_> = names
        .filter(|name| *name != "help")
        .map(str::to_owned)
        .collect();
    for name in names {
        all.push_str(&format!("\n-- {name}\n{}", help(&[&name, "--help"])));
    }
    // How many programs run at once depends on the machine.
    let all = redacted(&all, &[("--slots .*default: ([0-9]+)", "N")]);
    assert_data_eq!(all, file!["root/help.txt"].raw());
}

#[test]
fn outside_a_workbook_the_tool_says_where_to_go() {
    let folder = tempfile::tempdir().expect("a folder");
    for args in [
        &["record"][..],
        &["check"],
        &["build"],
        &["serve"],
        &["new", "tea"],
    ] {
        let ran = Ran::of(tool(args).current_dir(&folder)).failed();
        ran.says("error: failed to find a workbook in `");
        ran.says("help: change to the folder that you cloned, or name it with --root");
        ran.never_says("panicked");
    }
    let left = std::fs::read_dir(&folder).expect("it is there").count();
    assert_eq!(left, 0, "nothing was written");
}

#[test]
fn a_book_is_found_from_a_folder_in_it() {
    let book = Book::still();
    Ran::of(
        book.tool(["check"])
            .current_dir(book.path("chapters/tea/src")),
    )
    .succeeded();
}

#[test]
fn the_root_can_be_named() {
    let (book, folder) = (Book::still(), tempfile::tempdir().expect("a folder"));
    let root = book.path("").display().to_string();
    for args in [["--root", &root, "check"], ["check", "--root", &root]] {
        let ran = Ran::of(tool(args).current_dir(&folder)).succeeded();
        ran.says("all is as the pages say: 2 chapters, 0 snippets");
    }
    let nowhere = folder.path().join("nowhere").display().to_string();
    book.run(["--root", &nowhere, "check"])
        .failed()
        .says("failed to find a workbook");
}

#[test]
fn unknown_names_are_all_told_with_what_there_is() {
    let book = Book::still();
    let names = ["nosuch", "cup", "tea", "tea/puor", "tea/pour"];
    let record = book.run(["record"].iter().chain(&names)).failed();
    record.complains(str![[r#"
error: unknown chapter `nosuch`
  help: the chapters are cups, tea
unknown chapter `cup`
  help: did you mean `cups`?
unknown snippet `tea/puor`
  help: did you mean `tea/pour`?

"#]]);
    let check = book.run(["check"].iter().chain(&names)).failed();
    check.complains(str![[r#"
error: unknown chapter `nosuch`
  help: the chapters are cups, tea
unknown chapter `cup`
  help: did you mean `cups`?
unknown snippet `tea/puor`
  help: did you mean `tea/pour`?

"#]]);
}

#[test]
fn a_named_check_speaks_of_that_chapter_alone() {
    let book = Book::still();
    book.append("book/tea.md", "\n[gone](gone.md)\n");
    book.append("book/cups.md", "\n[lost](lost.md)\n");
    let ran = book.run(["check", "tea"]).failed();
    ran.says("gone.md").never_says("lost.md");
    ran.says("1 problem found");
    book.run(["check", "cups/main"])
        .failed()
        .says("lost.md")
        .never_says("gone.md");
}
