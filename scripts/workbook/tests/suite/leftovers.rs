//! What editors, systems and copies leave in folders is passed over; what looks like a page, a manifest, a program or a
//! recording and cannot be read gets a line that says so, at once.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::symlink;
use std::time::Duration;

use nix::sys::stat::Mode;
use nix::unistd::mkfifo;
use snapbox::{IntoData, str};

use crate::book::{Book, Ran, recorded_lines};

fn check(book: &Book) -> Ran {
    let ran = book.run(["check"]);
    assert!(ran.took < Duration::from_secs(20), "{ran}");
    ran
}

/// Checks a book in which nothing runs: what is said on standard error, and nothing else, is this.
#[track_caller]
fn is_told(book: &Book, expect: impl IntoData) {
    check(book).failed().complains(expect);
}

fn write_bytes(book: &Book, path: &str, bytes: &[u8]) {
    std::fs::write(book.path(path), bytes).expect("it can be written");
}

fn pipe_at(book: &Book, path: &str) {
    let _ = std::fs::remove_file(book.path(path));
    mkfifo(&book.path(path), Mode::S_IRWXU).expect("it can be made");
}

/// What `build` writes, with the path of each file in the site.
fn site(book: &Book) -> Vec<(String, Vec<u8>)> {
    book.run(["build"]).succeeded();
    let mut files = Vec::new();
    let root = book.path("target/book");
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("it is there").flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let name = path.strip_prefix(&root).expect("it is in the site");
            let bytes = std::fs::read(&path).expect("it can be read");
            files.push((name.display().to_string(), bytes));
        }
    }
    files.sort();
    files
}

#[test]
fn what_is_left_behind_is_passed_over() {
    let book = Book::still();
    book.write("book/images/cup.svg", "<svg/>");
    let before = site(&book);
    assert!(before.iter().any(|(path, _)| path == "images/cup.svg"));
    let nowhere = [
        "book/.#tea.md",
        "book/images/gone.png",
        "chapters/.#tea",
        "chapters/tea/.#Cargo.toml",
        "chapters/tea/examples/.#pour.rs",
        "chapters/tea/recordings/.#pour.json",
    ];
    for path in nowhere {
        symlink("ann@home.123:1", book.path(path)).expect("a link");
    }
    let binary = [
        "book/._tea.md",
        "book/.DS_Store",
        "book/tea copy.md",
        "book/#tea.md#",
        "book/tea.md~",
        "book/tea.md.orig",
        "book/images/Thumbs.db~",
        "chapters/.DS_Store",
        "chapters/._tea",
        "chapters/tea/.DS_Store",
        "chapters/tea/examples/.DS_Store",
        "chapters/tea/examples/._pour.rs",
        "chapters/tea/examples/#pour.rs#",
        "chapters/tea/examples/pour.rs~",
        "chapters/tea/examples/pour.rs.orig",
        "chapters/tea/examples/pour copy.rs",
        "chapters/tea/recordings/.DS_Store",
        "chapters/tea/recordings/._pour.json",
        "chapters/tea/recordings/pour.json~",
        "chapters/tea/recordings/pour copy.json",
    ];
    for path in binary {
        write_bytes(&book, path, b"\x00\x05\x16\x07 \xff\xfe");
    }
    for name in [&b"book/te\xe9.md"[..], b"book/te\xe9"] {
        let path = book.path("").join(OsStr::from_bytes(name));
        std::fs::write(path, "").expect("a file");
    }
    check(&book).succeeded().complains("");
    let after = site(&book);
    let names = |site: &[(String, Vec<u8>)]| site.iter().map(|it| it.0.clone()).collect::<Vec<_>>();
    assert_eq!(names(&before), names(&after));
    assert!(before == after, "a file of the site is another");
}

#[test]
fn programs_run_beside_what_is_left_behind() {
    let book = Book::sound();
    for path in [
        "._pour.rs",
        ".#pour.rs",
        "pour copy.rs",
        "pour.rs~",
        "#pour.rs#",
    ] {
        write_bytes(&book, &format!("chapters/tea/examples/{path}"), b"\x00\xff");
    }
    symlink("nowhere", book.path("chapters/tea/examples/.#gone.rs")).expect("a link");
    write_bytes(&book, "chapters/.DS_Store", b"\x00");
    check(&book).succeeded().says("2 chapters");
}

#[test]
fn links_that_go_round_are_followed_once() {
    let book = Book::still();
    let before = site(&book);
    symlink(".", book.path("book/one")).expect("a link");
    symlink("..", book.path("book/two")).expect("a link");
    symlink("/", book.path("book/three")).expect("a link");
    symlink("itself", book.path("book/itself")).expect("a link");
    symlink("..", book.path("chapters/round")).expect("a link");
    symlink(".", book.path("chapters/tea/examples/round")).expect("a link");
    check(&book).succeeded().complains("");
    let after = site(&book);
    assert!(before == after, "a file of the site is another");
}

#[test]
fn a_pipe_is_not_waited_for() {
    let book = Book::still();
    for path in [
        "book/tea.md",
        "chapters/tea/recordings/pour.json",
        "chapters/cups/recordings/main.json",
    ] {
        pipe_at(&book, path);
    }
    pipe_at(&book, "book/not-listed.md");
    symlink("/dev/zero", book.path("book/zero.md")).expect("a link");
    is_told(
        &book,
        str![[r#"
book/not-listed.md: failed to read the page: it is a pipe or a device, and not a file
  help: put a file in its place
book/tea.md: failed to read the page: it is a pipe or a device, and not a file
  help: put a file in its place
book/zero.md: failed to read the page: it is a pipe or a device, and not a file
  help: put a file in its place
chapters/cups/recordings/main.json: failed to read the recording: it is a pipe or a device, and not a file
  help: run `cargo workbook record cups/main`
chapters/tea/recordings/pour.json: failed to read the recording: it is a pipe or a device, and not a file
  help: run `cargo workbook record tea/pour`
5 problems found

"#]],
    );
    book.run(["build"]).failed();
}

#[test]
fn a_program_or_a_manifest_that_is_a_pipe_is_told() {
    let book = Book::still();
    pipe_at(&book, "chapters/tea/examples/pour.rs");
    pipe_at(&book, "chapters/cups/Cargo.toml");
    is_told(
        &book,
        str![[r#"
book/tea.md:5: failed to read `chapters/tea/examples/pour.rs`: it is a pipe or a device, and not a file
  help: bring the file back, or mend its name
chapters/cups/Cargo.toml: failed to read the manifest: it is a pipe or a device, and not a file
  help: put a file in its place
chapters/cups/recordings/main.json: the recording of `cups/main` is stale: `chapters/cups/Cargo.toml` has changed
  help: run `cargo workbook record cups/main`
chapters/tea/recordings/pour.json: the recording of `tea/pour` is stale: `chapters/tea/examples/pour.rs` is gone
  help: run `cargo workbook record tea/pour`
4 problems found

"#]],
    );
}

#[test]
fn what_is_not_utf_8_says_where() {
    let book = Book::still();
    for path in [
        "book/tea.md",
        "chapters/tea/Cargo.toml",
        "chapters/cups/src/main.rs",
        "chapters/cups/recordings/main.json",
    ] {
        let text = book.read(path);
        // How many lines a recording has depends on what could be measured.
        let parts = match path.ends_with(".json") {
            true => [b"caf\xe9\n", text.as_bytes()],
            false => [text.as_bytes(), b"caf\xe9\n"],
        };
        write_bytes(&book, path, &parts.concat());
    }
    is_told(
        &book,
        str![[r#"
book/cups.md:3: failed to read `chapters/cups/src/main.rs`: it is not UTF-8
  help: bring the file back, or mend its name
book/tea.md:6: failed to read the page: it is not UTF-8
  help: save it as UTF-8: there is a byte in this line that is no part of a character
chapters/cups/recordings/main.json:1: failed to read the recording: it is not UTF-8
  help: run `cargo workbook record cups/main`
chapters/tea/Cargo.toml:14: failed to read the manifest: it is not UTF-8
  help: save it as UTF-8: there is a byte in this line that is no part of a character
chapters/tea/recordings/main.json: the recording of `tea/main` is stale: `chapters/tea/Cargo.toml` has changed
  help: run `cargo workbook record tea/main`
chapters/tea/recordings/pour.json: the recording of `tea/pour` is stale: `chapters/tea/Cargo.toml` has changed
  help: run `cargo workbook record tea/pour`
6 problems found

"#]],
    );
}

#[test]
fn a_broken_summary_lock_file_or_settings_say_where() {
    let book = Book::still();
    write_bytes(
        &book,
        "book/SUMMARY.md",
        b"# Summary\n\n- [T\xe9a](tea.md)\n",
    );
    let ran = book.run(["build"]).failed();
    ran.complains(str![[r#"
error: book/SUMMARY.md:3: failed to read the summary: it is not UTF-8
  help: save it as UTF-8: there is a byte in this line that is no part of a character

"#]]);
    let book = Book::still();
    book.write("Cargo.lock", "version = 4\n[[package]]\nname = 3\n");
    is_told(
        &book,
        str![[r#"
Cargo.lock:3: failed to read the lock file: invalid type: integer `3`, expected a string
  help: bring the file back: `git checkout Cargo.lock`, or unpack the kit again
1 problem found

"#]],
    );
    pipe_at(&book, "Cargo.lock");
    is_told(
        &book,
        str![[r#"
Cargo.lock: failed to read the lock file: it is a pipe or a device, and not a file
  help: bring the file back: `git checkout Cargo.lock`, or unpack the kit again
1 problem found

"#]],
    );
    let book = Book::still();
    pipe_at(&book, "book/SUMMARY.md");
    is_told(
        &book,
        str![[r#"
book/SUMMARY.md: failed to read the page: it is a pipe or a device, and not a file
  help: put a file in its place
1 problem found

"#]],
    );
    book.remove("book/SUMMARY.md");
    is_told(
        &book,
        str![[r#"
book/SUMMARY.md: there is no summary
  help: list the pages in it: - [Threads](threads.md)
1 problem found

"#]],
    );
}

#[test]
fn a_variable_that_is_not_utf_8_is_passed_over() {
    let book = Book::still();
    let with = |args: [&str; 1]| {
        let mut tool = book.tool(args);
        let bad = OsStr::from_bytes(b"caf\xe9");
        tool.env("LS_COLORS", bad)
            .env("MDBOOK_OUTPUT__HTML", bad)
            .env(bad, "x");
        tool.env("MDBOOK_BOOK__TITLE", "Another title");
        Ran::of(&mut tool)
    };
    with(["check"]).succeeded().complains("");
    with(["build"]).succeeded();
    assert!(book.read("target/book/tea.html").contains("Another title"));
}

#[test]
fn a_clone_that_cannot_be_written_to_says_so() {
    let book = Book::still();
    book.write("target", "in the way");
    for command in ["check", "build", "record", "serve"] {
        let ran = book.run([command]).failed();
        ran.says("nothing can be written to `");
        ran.says("target/workbook`: ");
        ran.says("help: the tool keeps there what it makes");
    }
    let doctor = book.run(["doctor"]).failed();
    doctor.says("FAULT folder        nothing can be written to `");
}

#[test]
fn a_clone_that_is_only_to_be_read_has_all_made_in_cargos_folder() {
    let book = Book::sound();
    book.write("target", "in the way");
    let before = book.files();
    let elsewhere = tempfile::tempdir().expect("a folder");
    let run = |arguments: &[&str]| {
        let mut tool = book.tool(arguments);
        Ran::of(tool.env("CARGO_TARGET_DIR", elsewhere.path())).succeeded()
    };
    run(&["check"]).says("all is as the pages say: 2 chapters, 3 snippets");
    let place = elsewhere.path().join("of-clone-");
    run(&["build"]).says(&format!("built {}", place.display()));
    let doctor = run(&["doctor"]);
    doctor.says(&format!(
        "the clone is only to be read: pages and runs have a place in `{}`",
        elsewhere.path().display()
    ));
    assert_eq!(book.files(), before);
    // Of another clone it is another.
    let of_clones = || {
        let entries = std::fs::read_dir(elsewhere.path()).expect("it is there");
        let names = entries.flatten().map(|it| it.file_name());
        names
            .filter(|it| it.as_bytes().starts_with(b"of-clone-"))
            .count()
    };
    assert_eq!(of_clones(), 1);
    let other = Book::sound();
    other.write("target", "in the way");
    let mut tool = other.tool(["build"]);
    Ran::of(tool.env("CARGO_TARGET_DIR", elsewhere.path())).succeeded();
    assert_eq!(of_clones(), 2);
}

#[test]
fn a_clone_in_a_folder_that_is_not_utf_8_says_so() {
    let book = Book::still();
    let place = book.path("").join(OsStr::from_bytes(b"caf\xe9"));
    std::fs::create_dir_all(place.join("chapters")).expect("a folder");
    std::fs::write(place.join("book.toml"), "").expect("a file");
    let mut tool = book.tool(["check"]);
    let ran = Ran::of(tool.current_dir(&place)).failed();
    ran.says("has a name that is not UTF-8");
    ran.says("help: rename the folder");
}

#[test]
fn folders_that_are_no_chapters_and_stop_cargo_are_named() {
    let book = Book::still();
    book.write("chapters/notes/todo.txt", "more tea");
    book.write("chapters/.idea/x.xml", "<x/>");
    book.write(
        "chapters/tea copy/Cargo.toml",
        "[package]\nname = \"tea\"\n",
    );
    is_told(
        &book,
        str![[r#"
chapters/.idea: cargo takes `.idea` for a package of the book, and it is no chapter
  help: move the folder out of chapters/, or delete it: nothing can be built
chapters/notes: cargo takes `notes` for a package of the book, and it is no chapter
  help: move the folder out of chapters/, or delete it: nothing can be built
chapters/tea copy: cargo takes `tea copy` for a package of the book, and it is no chapter
  help: move the folder out of chapters/, or delete it: nothing can be built
3 problems found

"#]],
    );
}

#[test]
fn what_a_program_prints_is_recorded_as_a_terminal_leaves_it() {
    let prints = r#"fn main() {
        println!("\x1b[31mred\x1b[0m");
        println!("\rprogress 1/5\rprogress 5/5");
        println!("{}☕ tea", "x".repeat(4094));
        println!("a\0b\tc\x07");
        println!("one\u{2028}two");
        println!("שלום");
        use std::io::Write;
        std::io::stdout().write_all(b"caf\xe9\n").unwrap();
    }"#;
    let book = Book::new().with(
        "wild/main",
        "claims = [\"says /^red$/\", \"lines = 8\"]",
        prints,
    );
    book.run(["record"]).succeeded();
    let recording = book.recording("wild/main");
    let lines = recording["lines"].as_array().expect("a list");
    let lines: Vec<_> = lines
        .iter()
        .map(|line| line["text"].as_str().expect("text"))
        .collect();
    let long = "x".repeat(4094);
    assert_eq!(
        lines,
        [
            "red",
            "progress 5/5",
            &long,
            "☕ tea",
            "a␀b\tc",
            "one␤two",
            "שלום",
            "caf\u{fffd}"
        ]
    );
    book.run(["build"]).succeeded();
    let page = book.read("target/book/wild.html");
    assert!(page.contains("</span><bdi>שלום</bdi></span>"), "{page}");
}

#[test]
fn a_line_is_not_cut_in_the_middle_of_a_command_to_the_terminal() {
    let prints = r#"fn main() {
        for n in 4050..4100 {
            println!("{}\x1b[38;5;196mred\x1b[0m\x1b(B", "x".repeat(n));
            println!("{}\x1b]8;;https://tea.example/\x1b\\link\x1b]8;;\x1b\\", "x".repeat(n));
        }
    }"#;
    let book = Book::new().with("wild/main", "", prints);
    book.run(["record"]).succeeded();
    let said = recorded_lines(&book, "wild/main");
    assert!(said.len() > 100, "some are cut");
    assert_eq!(said.concat().replace('x', ""), "redlink".repeat(50));
}

#[test]
fn a_run_that_is_stopped_by_its_deadline_names_it() {
    let book = Book::new().with(
        "wild/main",
        "deadline = 1",
        "fn main() { std::thread::sleep(std::time::Duration::from_secs(20)) }",
    );
    let ran = book.run(["record"]).failed();
    ran.says("`wild/main` ended with `hang`, not `ok`\n  help: mend the program, or claim `ends …` where that is the lesson; if it takes longer than 1.00 s, say `deadline = …`, in seconds");
}

#[test]
fn a_clone_may_stand_in_a_folder_of_any_name() {
    let panics = "//! Watch.\n\nfn main() {\n    panic!(\"no water\");\n}\n";
    let book = Book::new().with("wild/main", "claims = [\"ends panic\"]", panics);
    for place in ["src", "my books (1)/é ☕", "wild", "a'b\"c"] {
        let root = book.path("target").join(place);
        for (path, text) in book.files() {
            let file = root.join(path);
            std::fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
            std::fs::write(file, text).expect("a file");
        }
        let run = |command: &str| {
            let mut tool = book.tool([command]);
            Ran::of(tool.current_dir(&root)).succeeded()
        };
        run("record");
        run("build");
        run("check");
        let recording = root.join("chapters/wild/recordings/main.json");
        let recording = std::fs::read_to_string(recording).expect("it is recorded");
        assert!(
            recording.contains("panicked at chapters/wild/src/main.rs:4:5:"),
            "{recording}"
        );
    }
}
