//! `bundle`: the kit for a room without a network, unpacked as its readers do it.

use std::path::{Path, PathBuf};
use std::process::Command;

use snapbox::str;
use tempfile::TempDir;

use crate::book::{Book, Ran, cleared};

const KIT: &str = "target/workbook-kit.tar.gz";
const CARGO_CONFIG: &str =
    "# How it is started.\n[alias]\nworkbook = \"run --package workbook --\"\n";

/// Git in a book's folder, whatever is set for it on this machine. Returns what it says.
fn git(book: &Book, arguments: &[&str]) -> String {
    let mut git = Command::new("git");
    git.current_dir(book.path("")).args([
        "-c",
        "user.name=Ann",
        "-c",
        "user.email=ann@example.com",
        "-c",
        "commit.gpgsign=false",
        "-c",
        "core.autocrlf=false",
    ]);
    for date in ["GIT_AUTHOR_DATE", "GIT_COMMITTER_DATE"] {
        git.env(date, "2026-01-02T03:04:05Z");
    }
    let output = git.args(arguments).output().expect("git is there");
    assert!(output.status.success(), "{arguments:?}: {output:?}");
    String::from_utf8(output.stdout).expect("names of ours")
}

/// The sound book, as a clone with everything committed that a clone has, and everything beside it that git ignores.
/// None on a machine without git: somebody who has the kit runs these tests, too, and can make no other.
fn committed() -> Option<Book> {
    if let Err(error) = Command::new("git").arg("--version").output() {
        println!("nothing was tried, as there is no git: {error}");
        return None;
    }
    let book = Book::sound().locked();
    book.write(".gitignore", "/target/\n");
    book.write(".cargo/config.toml", CARGO_CONFIG);
    let package = "[package]\nname = \"practice\"\nversion = \"0.1.0\"\nedition = \"2024\"\n";
    book.write("practice/Cargo.toml", package);
    let lock = "version = 4\n\n[[package]]\nname = \"practice\"\nversion = \"0.1.0\"\n";
    book.write("practice/Cargo.lock", lock);
    let ignored = include_str!("../../../../practice/.gitignore");
    book.write("practice/.gitignore", ignored);
    book.write("practice/src/lib.rs", "");
    book.replace(
        "Cargo.toml",
        "[workspace]\n",
        "[workspace]\nexclude = [\"practice\"]\n",
    );
    book.write("scripts/look.sh", "#!/bin/sh\necho looked\n");
    git(&book, &["init", "--quiet"]);
    git(&book, &["add", "."]);
    git(&book, &["update-index", "--chmod=+x", "scripts/look.sh"]);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::Permissions::from_mode(0o755);
        std::fs::set_permissions(book.path("scripts/look.sh"), mode).expect("a program");
    }
    git(&book, &["commit", "--quiet", "--message", "a book"]);
    book.write("target/workbook/key", "secret");
    book.write("target/debug/tea", "built");
    book.write("practice/progress.txt", "pour");
    book.write("practice/src/bin/pour.rs", "fn main() {}\n");
    book.write("practice/passed/pour.rs", "fn main() {}\n");
    Some(book)
}

/// A kit, unpacked.
#[derive(Debug)]
struct Unpacked {
    _folder: TempDir,
    kit: PathBuf,
}

impl Unpacked {
    /// In a folder with a space in its name, by the system's `tar`.
    fn of(archive: &Path) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let place = folder.path().join("a room");
        std::fs::create_dir(&place).expect("a folder");
        let archive = std::fs::File::open(archive).expect("the archive");
        let mut tar = Command::new("tar");
        tar.args(["-xzf", "-"]).current_dir(&place).stdin(archive);
        let output = tar.output().expect("there is a tar");
        assert!(output.status.success(), "{output:?}");
        assert!(output.stderr.is_empty(), "{output:?}");
        Self {
            _folder: folder,
            kit: place.join("workbook-kit"),
        }
    }

    fn path(&self, path: &str) -> PathBuf {
        self.kit.join(path)
    }

    fn read(&self, path: &str) -> String {
        std::fs::read_to_string(self.path(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    /// The files in a folder, by their paths in it, sorted.
    fn files(&self, inner: &str) -> Vec<String> {
        let (top, mut files) = (self.path(inner), Vec::new());
        let mut folders = vec![top.clone()];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
                match entry.path() {
                    path if path.is_dir() => folders.push(path),
                    path => {
                        let path = path.strip_prefix(&top).expect("it is below").to_owned();
                        files.push(path.to_str().expect("UTF-8").replace('\\', "/"));
                    }
                }
            }
        }
        files.sort();
        files
    }
}

#[test]
fn a_kit_has_the_clone_and_the_pages_and_nothing_of_its_makers() {
    let Some(book) = committed() else { return };
    let long = format!("chapters/tea/{}/{}.txt", "a".repeat(90), "b".repeat(95));
    for path in [long.as_str(), "chapters/tea/thé.txt"] {
        book.write(path, "a long way");
    }
    // What the file system allows and git ignores is on no page.
    book.write(".git/info/exclude", "notes.txt\n");
    book.write("book/notes.txt", "for me alone");
    git(&book, &["add", "."]);
    git(&book, &["commit", "--quiet", "--message", "long names"]);
    book.run(["bundle"])
        .succeeded()
        .says("made target/workbook-kit.tar.gz: ");
    let kit = Unpacked::of(&book.path(KIT));

    let tracked = git(&book, &["ls-files", "-z"]);
    let mut tracked: Vec<_> = tracked.split_terminator('\0').collect();
    tracked.sort_unstable();
    assert_eq!(kit.files("workbook"), tracked);
    assert!(tracked.contains(&long.as_str()));
    for path in tracked {
        assert_eq!(
            kit.read(&format!("workbook/{path}")),
            book.read(path),
            "{path}"
        );
    }
    assert_eq!(kit.read("workbook/.cargo/config.toml"), CARGO_CONFIG);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = |path: &str| {
            let metadata = kit.path(path).metadata().expect("it is there");
            metadata.permissions().mode() & 0o111
        };
        assert_ne!(mode("workbook/scripts/look.sh"), 0);
        assert_eq!(mode("workbook/Cargo.toml"), 0);
    }

    book.run(["build"]).succeeded();
    let pages = kit.files("pages");
    assert!(pages.contains(&"index.html".to_owned()), "{pages:?}");
    assert!(!pages.contains(&"notes.txt".to_owned()), "{pages:?}");
    assert_eq!(
        kit.read("pages/tea.html"),
        book.read("target/book/tea.html")
    );

    let readme = kit.read("README-FIRST.txt");
    assert!(
        readme.starts_with("A small book\n============\n"),
        "{readme}"
    );
    let commit = git(&book, &["rev-parse", "HEAD"]);
    assert!(
        readme.ends_with(&format!("Made of {}.\n", &commit[..12])),
        "{readme}"
    );
    assert!(
        readme.contains("\n       cargo workbook doctor\n"),
        "{readme}"
    );
    assert!(readme.lines().all(|line| line.len() <= 80), "{readme}");
    assert_eq!(book.left_behind(), [""; 0]);
}

#[test]
fn a_kit_names_the_look_at_a_machine_that_needs_no_build() {
    let Some(book) = committed() else { return };
    book.write("scripts/doctor.sh", "echo well\n");
    git(&book, &["add", "."]);
    git(&book, &["commit", "--quiet", "--message", "a doctor"]);
    book.run(["bundle"]).succeeded();
    let readme = Unpacked::of(&book.path(KIT)).read("README-FIRST.txt");
    assert!(
        readme.contains("\n       sh scripts/doctor.sh\n"),
        "{readme}"
    );
}

#[test]
fn a_commit_gives_the_same_kit_each_time() {
    let Some(book) = committed() else { return };
    let bundle = |out: &str| {
        book.run(["bundle", "--out", out]).succeeded();
        std::fs::read(book.path(out)).expect("the kit")
    };
    let first = bundle("target/first.tar.gz");
    // What is touched is the same file.
    book.write("book/tea.md", &book.read("book/tea.md"));
    assert!(first == bundle("target/second.tar.gz"), "it is another");
}

#[test]
fn what_is_not_committed_is_told_and_refused() {
    let Some(book) = committed() else { return };
    book.append("book/tea.md", "\nMore.\n");
    book.write("chapters/tea/new.txt", "new");
    book.run(["bundle"]).failed().complains(str![[r#"
error: this is not committed, and everyone with the kit should have the same book:
    book/tea.md
    chapters/tea/new.txt
  help: commit it, or put it into the kit as it is with --dirty

"#]]);
    assert!(!book.path(KIT).exists());
}

#[test]
fn what_is_not_committed_goes_into_the_kit_when_asked() {
    let Some(book) = committed() else { return };
    book.append("book/tea.md", "\nMore.\n");
    book.write("chapters/tea/new.txt", "new");
    book.remove("scripts/look.sh");
    book.run(["bundle", "--dirty"])
        .succeeded()
        .complains(str![[r#"
this is not committed, and goes into the kit as it is:
    book/tea.md
    scripts/look.sh
    chapters/tea/new.txt

"#]]);
    let kit = Unpacked::of(&book.path(KIT));
    assert!(kit.read("pages/tea.html").contains("<p>More.</p>"));
    assert_eq!(kit.read("workbook/chapters/tea/new.txt"), "new");
    let files = kit.files("workbook");
    assert!(!files.contains(&"scripts/look.sh".to_owned()), "{files:?}");
    assert!(
        !files.iter().any(|file| file.contains("bin/pour")),
        "{files:?}"
    );
    assert!(
        !files.iter().any(|file| file.contains("target")),
        "{files:?}"
    );
    let readme = kit.read("README-FIRST.txt");
    assert!(
        readme.ends_with(", and what was not committed then.\n"),
        "{readme}"
    );
}

#[test]
fn an_archive_that_is_there_stays() {
    let Some(book) = committed() else { return };
    for (arguments, file) in [
        (&["bundle"][..], KIT),
        (
            &["bundle", "--out", "target/mine.tar.gz"],
            "target/mine.tar.gz",
        ),
    ] {
        book.write(file, "mine");
        let ran = book.run(arguments).failed();
        ran.says(&format!("error: `{file}` is there already"));
        ran.says("help: remove it, or name another file with --out");
        assert_eq!(book.read(file), "mine");
    }
}

#[test]
fn a_kit_is_made_in_a_clone() {
    let book = Book::sound();
    let ran = book.run(["bundle"]).failed();
    ran.says("a kit is made in a clone: `");
    ran.says("is no clone: git's folder `.git` is not in it");
}

#[test]
#[cfg(unix)]
fn what_not_every_system_can_unpack_is_refused() {
    let Some(book) = committed() else { return };
    std::os::unix::fs::symlink("tea.md", book.path("book/coffee.md")).expect("a link");
    git(&book, &["add", "."]);
    git(&book, &["commit", "--quiet", "--message", "a link"]);
    book.run(["bundle"])
        .failed()
        .says("`book/coffee.md` is a link or a repository of its own");
}

#[test]
fn a_book_with_broken_pages_makes_no_kit() {
    let Some(book) = committed() else { return };
    book.append("book/tea.md", "\n{{#snippet tea/gone}}\n");
    let ran = book.run(["bundle", "--dirty"]).failed();
    ran.says("1 problem in the pages").says("book/tea.md:");
    assert!(!book.path(KIT).exists());
}

/// Cargo's own folder, with one published crate in it for the system's package manager to have put there.
fn cargo_home(book: &Book) -> PathBuf {
    let home = book.path("target/cargo-home");
    let crates = home.join("crates").display().to_string();
    let config = toml::to_string(&toml::toml! {
        [source.crates-io]
        replace-with = "packaged"
        [source.packaged]
        directory = crates
    });
    book.write("target/cargo-home/config.toml", &config.expect("a table"));
    let leaf = "target/cargo-home/crates/leaf";
    let package = "[package]\nname = \"leaf\"\nversion = \"1.2.3\"\nedition = \"2021\"\n";
    book.write(&format!("{leaf}/Cargo.toml"), package);
    book.write(
        &format!("{leaf}/src/lib.rs"),
        "pub fn of() -> &'static str {\n    \"a leaf\"\n}\n",
    );
    let sum = "0".repeat(64);
    let sums = format!("{{\"files\":{{}},\"package\":\"{sum}\"}}");
    book.write(&format!("{leaf}/.cargo-checksum.json"), &sums);
    home
}

/// The committed book, whose program needs a published crate.
fn depending() -> Option<(Book, PathBuf)> {
    let book = committed()?;
    let home = cargo_home(&book);
    book.append(
        "chapters/tea/Cargo.toml",
        "\n[dependencies]\nleaf = \"1\"\n",
    );
    let program =
        "//! Watch the leaf.\n\nfn main() {\n    println!(\"{} poured\", leaf::of());\n}\n";
    book.write("chapters/tea/src/main.rs", program);
    let mut lock = cleared(Command::new(env!("CARGO")));
    lock.args(["generate-lockfile", "--offline", "--quiet"]);
    let status = lock
        .current_dir(book.path(""))
        .env("CARGO_HOME", &home)
        .status();
    assert!(status.expect("cargo starts").success());
    git(&book, &["add", "."]);
    git(&book, &["commit", "--quiet", "--message", "a leaf"]);
    Some((book, home))
}

#[test]
fn a_kit_is_built_from_its_own_crates() {
    let Some((book, home)) = depending() else {
        return;
    };
    Ran::of(book.tool(["bundle"]).env("CARGO_HOME", &home)).succeeded();
    let kit = Unpacked::of(&book.path(KIT));
    let vendored = kit.read("workbook/vendor/leaf/src/lib.rs");
    assert!(vendored.contains("a leaf"), "{vendored}");
    let config = kit.read("workbook/.cargo/config.toml");
    assert!(config.starts_with(CARGO_CONFIG), "{config}");
    assert!(config.contains("\ndirectory = \"vendor\"\n"), "{config}");
    std::fs::remove_dir_all(&home).expect("it was there");

    let empty = tempfile::tempdir().expect("a folder");
    let mut cargo = cleared(Command::new(env!("CARGO")));
    cargo
        .args(["run", "--quiet", "--locked", "--package", "tea"])
        .current_dir(kit.path("workbook"))
        .env("CARGO_HOME", empty.path());
    let ran = Ran::of(&mut cargo).succeeded();
    assert_eq!(ran.stdout, "a leaf poured\n");
}

#[test]
fn crates_that_cannot_be_gathered_are_told_with_the_cure() {
    let Some((book, home)) = depending() else {
        return;
    };
    std::fs::remove_dir_all(home.join("crates/leaf")).expect("it was there");
    let ran = Ran::of(book.tool(["bundle"]).env("CARGO_HOME", &home)).failed();
    ran.says("error: cargo could not gather the crates (");
    ran.says("no matching package named `leaf` found");
    ran.says(
        "help: where a crate is missing, run `cargo fetch --locked --manifest-path Cargo.toml` and \
         `cargo fetch --locked --manifest-path practice/Cargo.toml` while there is a network",
    );
    assert!(!book.path(KIT).exists());
}

#[test]
fn a_lock_file_that_does_not_agree_is_told_with_the_cure() {
    let Some((book, home)) = depending() else {
        return;
    };
    book.write("Cargo.lock", "version = 4\n");
    let ran = Ran::of(book.tool(["bundle", "--dirty"]).env("CARGO_HOME", &home)).failed();
    ran.says("error: cargo could not gather the crates (");
    ran.says("and commit its `Cargo.lock`");
}
