//! A small workbook in a temporary folder, the tool run on it, and what the tool then said.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use regex::Regex;
use serde_json::Value;
use snapbox::{IntoData, assert_data_eq};
use tempfile::TempDir;

const CARGO_TOML: &str = r#"[workspace]
resolver = "3"
members = ["chapters/*"]

[workspace.package]
version = "0.1.0"
edition = "2024"
rust-version = "1.85"
license = "MIT"
publish = false

[workspace.lints.rust]
unsafe_code = "deny"

[profile.dev]
debug = 0
incremental = false
"#;

const BOOK_TOML: &str = r#"[book]
title = "A small book"
src = "book"

[build]
build-dir = "target/book"
create-missing = false
use-default-preprocessors = false

[preprocessor.workbook]

[output.html.playground]
runnable = false
"#;

/// A system that this is not.
pub(crate) const ELSEWHERE: &str = if cfg!(windows) { "linux" } else { "windows" };

/// A workbook in a folder of its own, which goes away with it, and with whatever still runs from it.
#[derive(Debug)]
pub(crate) struct Book {
    _folder: TempDir,
    root: PathBuf,
}

impl Book {
    /// A workbook without a chapter.
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().expect("there is room for a small book");
        let root = folder.path().canonicalize().expect("it was just made");
        let book = Self {
            _folder: folder,
            root,
        };
        book.write("Cargo.toml", CARGO_TOML);
        book.write("Cargo.lock", "version = 4\n");
        book.write("book.toml", BOOK_TOML);
        book.write("book/SUMMARY.md", "# Summary\n\n");
        std::fs::create_dir(book.path("chapters")).expect("it is not there yet");
        book
    }

    /// Two chapters, `tea` and `cups`, three programs, all recorded: nothing is wrong with it.
    pub(crate) fn sound() -> Self {
        static FILES: OnceLock<Vec<(String, String)>> = OnceLock::new();
        let files = FILES.get_or_init(|| {
            let book = Self::new()
                .with("tea/main", r#"claims = ["says /poured/"]"#, TEA)
                .with("tea/pour", "claims = [\"order exact\"]", POUR)
                .with("cups/main", "claims = [\"lines = 1\"]", CUPS);
            book.run(["record"]).succeeded();
            book.files()
        });
        let book = Self::new();
        for (path, text) in files {
            book.write(path, text);
        }
        book
    }

    /// The sound book, with programs that do not run on this system: for what is found without running anything.
    pub(crate) fn still() -> Self {
        let book = Self::sound();
        for chapter in ["tea", "cups"] {
            let claims = format!("platforms = [\"{ELSEWHERE}\"]\nclaims =");
            book.replace(
                &format!("chapters/{chapter}/Cargo.toml"),
                "claims =",
                &claims,
            );
        }
        book
    }

    /// Adds a program, its entry in the manifest, and its place on the chapter's page. `entry` is what the
    /// manifest says beside `about`; where it says `fails`, the program goes to `compile_fail/`.
    pub(crate) fn with(self, id: &str, entry: &str, program: &str) -> Self {
        let (chapter, name) = id.split_once('/').expect("an id is CHAPTER/NAME");
        let (manifest, page) = (
            format!("chapters/{chapter}/Cargo.toml"),
            format!("book/{chapter}.md"),
        );
        if !self.path(&manifest).exists() {
            let package = format!("[package]\nname = \"{chapter}\"\nedition = \"2024\"\n");
            self.write(&manifest, &package);
            self.write(&page, &format!("# About {chapter}\n"));
            self.append(
                "book/SUMMARY.md",
                &format!("- [About {chapter}]({chapter}.md)\n"),
            );
        }
        let entry = format!("\n[package.metadata.workbook.{name}]\nabout = \"a run\"\n{entry}\n");
        self.append(&manifest, &entry);
        self.append(&page, &format!("\n{{{{#snippet {id}}}}}\n"));
        let place = match name {
            "main" => "src/main.rs".to_owned(),
            _ if entry.contains("\nfails = ") => format!("compile_fail/{name}.rs"),
            _ => format!("examples/{name}.rs"),
        };
        self.write(&format!("chapters/{chapter}/{place}"), program);
        self
    }

    /// The same book, with a lock file that has all its packages.
    pub(crate) fn locked(self) -> Self {
        let mut cargo = cleared(Command::new(env!("CARGO")));
        cargo.args(["generate-lockfile", "--offline", "--quiet"]);
        let status = cargo.current_dir(&self.root).status().expect("it starts");
        assert!(status.success(), "{status}");
        self
    }

    /// Adds a library beside the chapters, which they can depend on as `{ path = "../../NAME" }`.
    pub(crate) fn with_library(self, name: &str, manifest: &str, code: &str) -> Self {
        let package = format!("[package]\nname = \"{name}\"\nedition = \"2024\"\n{manifest}");
        self.write(&format!("{name}/Cargo.toml"), &package);
        self.write(&format!("{name}/src/lib.rs"), code);
        let members = format!("members = [\"{name}\", ");
        self.replace("Cargo.toml", "members = [", &members);
        self
    }

    /// What tools have made under `target/workbook` and not removed, but for what outlasts them: what is known of what
    /// is built, and the key.
    pub(crate) fn left_behind(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.path("target/workbook"));
        let names = entries.into_iter().flatten().flatten();
        let names = names.map(|it| it.file_name().display().to_string());
        names
            .filter(|name| !["lock", "building", "key", "built.json"].contains(&name.as_str()))
            .collect()
    }

    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.root.join(path)
    }

    pub(crate) fn read(&self, path: &str) -> String {
        std::fs::read_to_string(self.path(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        let file = self.path(path);
        std::fs::create_dir_all(file.parent().expect("it is in the book")).expect("a folder");
        std::fs::write(file, text).unwrap_or_else(|error| panic!("{path}: {error}"));
    }

    /// Writes a file in one step, as an editor that renames a new one over it.
    pub(crate) fn write_at_once(&self, path: &str, text: &str) {
        self.write("target/new", text);
        let renamed = std::fs::rename(self.path("target/new"), self.path(path));
        renamed.unwrap_or_else(|error| panic!("{path}: {error}"));
    }

    pub(crate) fn append(&self, path: &str, text: &str) {
        self.write(path, &(self.read(path) + text));
    }

    /// Replaces every `from`, of which there must be one at least.
    pub(crate) fn replace(&self, path: &str, from: &str, to: &str) {
        let text = self.read(path);
        assert!(text.contains(from), "`{from}` is not in {path}:\n{text}");
        self.write(path, &text.replace(from, to));
    }

    pub(crate) fn remove(&self, path: &str) {
        std::fs::remove_file(self.path(path)).unwrap_or_else(|error| panic!("{path}: {error}"));
    }

    /// Every file but what was built, with its path in the book, sorted.
    pub(crate) fn files(&self) -> Vec<(String, String)> {
        let mut files = Vec::new();
        let mut folders = vec![self.root.clone()];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).expect("it is there").flatten() {
                let path = entry.path();
                let name = path.strip_prefix(&self.root).expect("it is in the book");
                let name = name.to_str().expect("ours are UTF-8").replace('\\', "/");
                if path.is_dir() && name != "target" {
                    folders.push(path);
                } else if path.is_file() {
                    let text = self.read(&name);
                    files.push((name, text));
                }
            }
        }
        files.sort();
        files
    }

    pub(crate) fn recording(&self, id: &str) -> Value {
        let text = self.read(&recording_path(id));
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{id}: {error}\n{text}"))
    }

    /// Changes what is recorded of a run.
    pub(crate) fn rewrite(&self, id: &str, change: impl FnOnce(&mut Value)) {
        let mut recording = self.recording(id);
        change(&mut recording);
        self.write(&recording_path(id), &recording.to_string());
    }

    pub(crate) fn is_recorded(&self, id: &str) -> bool {
        self.path(&recording_path(id)).exists()
    }

    /// The tool, ready to be run in the book's root.
    pub(crate) fn tool<I: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = I>) -> Command {
        let mut command = tool(args);
        command.current_dir(&self.root);
        command
    }

    pub(crate) fn run<I: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = I>) -> Ran {
        Ran::of(&mut self.tool(args))
    }

    /// The processes that run a program of this book, by id, with their command lines.
    #[cfg(target_os = "linux")]
    pub(crate) fn processes(&self) -> Vec<(i32, String)> {
        let place = self.path("target/").display().to_string();
        let entries = std::fs::read_dir("/proc").expect("Linux has it").flatten();
        entries
            .filter_map(|entry| {
                let pid = entry.file_name().to_str()?.parse().ok()?;
                let line = std::fs::read(entry.path().join("cmdline")).ok()?;
                let line = String::from_utf8_lossy(&line).replace('\0', " ");
                line.starts_with(&place).then_some((pid, line))
            })
            .collect()
    }
}

#[cfg(target_os = "linux")]
impl Drop for Book {
    fn drop(&mut self) {
        use nix::sys::signal::{Signal, kill};
        for (pid, _) in self.processes() {
            let _ = kill(nix::unistd::Pid::from_raw(pid), Signal::SIGKILL);
        }
    }
}

/// The lines that are recorded of a run.
pub(crate) fn recorded_lines(book: &Book, id: &str) -> Vec<String> {
    let recording = book.recording(id);
    let lines = recording["lines"].as_array().expect("its lines").iter();
    let text = |line: &Value| line["text"].as_str().expect("a text").to_owned();
    lines.map(text).collect()
}

fn recording_path(id: &str) -> String {
    let (chapter, name) = id.split_once('/').expect("an id is CHAPTER/NAME");
    format!("chapters/{chapter}/recordings/{name}.json")
}

/// The tool, ready to be run on a book.
pub(crate) fn tool<I: AsRef<OsStr>>(args: impl IntoIterator<Item = I>) -> Command {
    let mut command = cleared(Command::new(env!("CARGO_BIN_EXE_cargo-workbook")));
    command.args(args);
    command
}

/// The command, without what of this environment could lead it away from the book it is run in.
pub(crate) fn cleared(mut command: Command) -> Command {
    command.stdin(Stdio::null());
    for key in [
        "CARGO_TARGET_DIR",
        "CARGO_BUILD_TARGET_DIR",
        "RUSTFLAGS",
        "CARGO_ENCODED_RUSTFLAGS",
    ] {
        command.env_remove(key);
    }
    command
        .env("CARGO_NET_OFFLINE", "true")
        .env("CARGO_TERM_COLOR", "never");
    if let Some(home) = home_with_the_kits_crates() {
        command.env("CARGO_HOME", home);
    }
    command
}

/// In a kit all crates are in the clone, and cargo may have none of its own: a home for it that says so, for books that
/// stand elsewhere. None in any other clone.
fn home_with_the_kits_crates() -> Option<&'static Path> {
    static HOME: OnceLock<Option<PathBuf>> = OnceLock::new();
    let make = || {
        let clone = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let config = std::fs::read_to_string(clone.join(".cargo/config.toml")).ok()?;
        let config: toml::Table = config.parse().expect("a configuration");
        let mut sources = config.get("source")?.as_table()?.clone();
        for (_, source) in &mut sources {
            if let Some(toml::Value::String(folder)) = source.get_mut("directory") {
                let place = clone.join(&*folder).canonicalize().expect("its crates");
                *folder = place.to_str().expect("a name in UTF-8").to_owned();
            }
        }
        let text = toml::to_string(&toml::Table::from_iter([(
            "source".to_owned(),
            sources.into(),
        )]));
        let home = Path::new(env!("CARGO_TARGET_TMPDIR")).join("home-with-the-kits-crates");
        std::fs::create_dir_all(&home).expect("a folder");
        // Several may run at a time, and none may read a half.
        let file = tempfile::NamedTempFile::new_in(&home).expect("a file");
        std::fs::write(&file, text.expect("a table")).expect("it is written");
        file.persist(home.join("config.toml"))
            .expect("it is put in place");
        Some(home)
    };
    HOME.get_or_init(make).as_deref()
}

/// How the tool ended, and what it said.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    pub(crate) took: Duration,
}

impl Ran {
    pub(crate) fn of(command: &mut Command) -> Self {
        let start = Instant::now();
        let output = command.output().expect("the tool can be started");
        Self::new(output, start.elapsed())
    }

    pub(crate) fn new(output: Output, took: Duration) -> Self {
        let text = |bytes| String::from_utf8(bytes).expect("the tool speaks UTF-8");
        Self {
            code: output.status.code(),
            stdout: text(output.stdout),
            stderr: text(output.stderr),
            took,
        }
    }

    #[track_caller]
    pub(crate) fn succeeded(self) -> Self {
        assert_eq!(self.code, Some(0), "{self}");
        self
    }

    #[track_caller]
    pub(crate) fn failed(self) -> Self {
        assert_eq!(self.code, Some(1), "{self}");
        self
    }

    /// Holds that the words stand somewhere in what it said.
    #[track_caller]
    pub(crate) fn says(&self, words: &str) -> &Self {
        assert!(
            self.stdout.contains(words) || self.stderr.contains(words),
            "it does not say: {words}\n{self}"
        );
        self
    }

    /// Holds that this is what it said on standard error, and nothing else.
    #[track_caller]
    pub(crate) fn complains(&self, expect: impl IntoData) -> &Self {
        assert_data_eq!(&self.stderr, expect.raw());
        self
    }

    #[track_caller]
    pub(crate) fn never_says(&self, words: &str) -> &Self {
        assert!(
            !self.stdout.contains(words) && !self.stderr.contains(words),
            "it says: {words}\n{self}"
        );
        self
    }
}

impl std::fmt::Display for Ran {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(f, "-- it ended with {:?} after {:?}", self.code, self.took)?;
        writeln!(f, "-- standard output\n{}", self.stdout)?;
        writeln!(f, "-- standard error\n{}", self.stderr)
    }
}

/// The text, with a word for what changes from run to run: each group of these patterns becomes the word.
pub(crate) fn redacted(text: &str, patterns: &[(&str, &str)]) -> String {
    let redact = |text: String, (pattern, word): &(&str, &str)| {
        let pattern = Regex::new(pattern).expect("it is valid");
        let groups = pattern
            .captures_iter(&text)
            .map(|all| all.get(1).expect("a group"));
        let places: Vec<_> = groups.map(|group| group.range()).collect();
        let mut text = text;
        for place in places.into_iter().rev() {
            text.replace_range(place, word);
        }
        text
    };
    patterns.iter().fold(text.to_owned(), redact)
}

/// Waits until `holds`, and says whether it came to that within some seconds.
pub(crate) fn soon(seconds: u64, mut holds: impl FnMut() -> bool) -> bool {
    let until = Instant::now() + Duration::from_secs(seconds);
    while Instant::now() < until {
        if holds() {
            return true;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    holds()
}

const TEA: &str = r#"//! Watch the kettle.

fn main() {
    println!("kettle on");
    println!("tea poured");
}
"#;

pub(crate) const POUR: &str = r#"//! Watch the cup.

fn main() {
    println!("poured");
}
"#;

const CUPS: &str = r#"//! Count.

fn main() {
    println!("3 cups");
}
"#;
