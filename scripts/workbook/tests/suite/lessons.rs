//! The real book with its lessons broken: each is told by name, by `check` and by `record`.

use std::path::{Path, PathBuf};

use crate::book::{Ran, tool};

/// The clone that these tests are part of.
fn clone() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .canonicalize()
        .expect("it is there")
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder");
    for entry in std::fs::read_dir(from).expect("a folder").flatten() {
        let name = entry.file_name();
        if entry.path().is_dir() {
            if name != "target" && name != ".git" {
                copy(&entry.path(), &to.join(name));
            }
        } else {
            copy_file(&entry.path(), &to.join(name));
        }
    }
}

/// Cargo goes by dates: a copy is as old as what it is of.
fn copy_file(from: &Path, to: &Path) {
    std::fs::copy(from, to).expect("it is copied");
    let modified = from.metadata().and_then(|it| it.modified());
    let file = std::fs::File::options().write(true).open(to);
    // A file that is only to be read is as old as its copy, then.
    if let (Ok(modified), Ok(file)) = (modified, file) {
        file.set_modified(modified).expect("it is dated");
    }
}

/// Lends a target folder what cargo has built of the dependencies for this very test: they are not compiled again. What
/// cargo or the compiler write into is a copy, and what they only read or put another file in place of is the same file.
fn lend(target: &Path) {
    let built = Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("debug");
    let debug = target.join("debug");
    for folder in [".fingerprint", "build"] {
        if built.join(folder).is_dir() {
            copy(&built.join(folder), &debug.join(folder));
        }
    }
    std::fs::create_dir_all(debug.join("deps")).expect("a folder");
    for entry in std::fs::read_dir(built.join("deps"))
        .into_iter()
        .flatten()
        .flatten()
    {
        let (from, to) = (entry.path(), debug.join("deps").join(entry.file_name()));
        match from.extension().and_then(|it| it.to_str()) {
            Some("rlib" | "rmeta" | "so" | "dylib" | "dll")
                if std::fs::hard_link(&from, &to).is_ok() => {}
            Some("rlib" | "rmeta" | "so" | "dylib" | "dll" | "d") => copy_file(&from, &to),
            _ => {}
        }
    }
}

struct Copy {
    folder: tempfile::TempDir,
}

impl Copy {
    fn new() -> Self {
        // On the disk of what is lent.
        let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder");
        copy(&clone(), folder.path());
        lend(&folder.path().join("target"));
        Self { folder }
    }

    /// Replaces a line of a program, and all like it.
    fn breaks(&self, program: &str, from: &str, to: &str) {
        let path = self.folder.path().join(program);
        let text = std::fs::read_to_string(&path).expect("it is there");
        assert!(text.contains(from), "no `{from}` in {program}:\n{text}");
        std::fs::write(path, text.replace(from, to)).expect("it is written");
    }

    fn run(&self, arguments: &[&str]) -> Ran {
        let mut tool = tool(arguments.iter().copied());
        tool.current_dir(self.folder.path())
            .env("CARGO_TARGET_DIR", self.folder.path().join("target"));
        Ran::of(&mut tool)
    }
}

#[test]
fn a_broken_lesson_is_told_by_name() {
    let book = Copy::new();
    // The thread sleeps, and not the future.
    book.breaks(
        "chapters/join/src/main.rs",
        "sleep(Duration::from_secs(1)).await",
        "_ = sleep(Duration::from_secs(1)); std::thread::sleep(Duration::from_secs(1))",
    );
    // Nobody gives way.
    book.breaks(
        "chapters/yield-now/src/main.rs",
        "tokio::task::yield_now()",
        "std::future::ready(())",
    );
    // Nobody is woken.
    book.breaks(
        "chapters/executor/examples/sleep_timer_thread.rs",
        "waker.wake()",
        "drop(waker)",
    );
    // A byte is lost on the way back.
    book.breaks(
        "chapters/tcp-echo/src/main.rs",
        "&buffer[..n]",
        "&buffer[1..n]",
    );
    // Nobody tells of the drop.
    book.breaks(
        "chapters/join/examples/try_join_stops_early.rs",
        "impl Drop for Cup {",
        "impl Cup {\n#[expect(dead_code)]",
    );
    let broken = [
        "join/main",
        "yield-now/main",
        "executor/sleep_timer_thread",
        "tcp-echo/main",
        "join/try_join_stops_early",
    ];
    for command in ["check", "record"] {
        let ran = book.run(&[&[command], &broken[..]].concat()).failed();
        for id in broken {
            let chapter = id.split('/').next().expect("a chapter");
            let told = ran.stderr.lines().any(|line| {
                line.starts_with(&format!("chapters/{chapter}/Cargo.toml:"))
                    && line.contains(&format!("`{id}`"))
            });
            assert!(told, "{command} does not tell of {id}: {ran}");
        }
    }
}
