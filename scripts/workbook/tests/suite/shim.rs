//! Of the shims that could stand beside the tool, it uses its own.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use crate::book::{Book, POUR, Ran, cleared};

/// Notes that it was called, and with what, and says an identity that no shim has.
const STALE: &str = "#!/bin/sh\necho \"$@\" >>\"$0.calls\"\necho 0123456789abcdef\n";

/// Builds with the real cargo, but names another program for the shim.
const MISTAKEN: &str = r#"#!/bin/sh
case "$*" in *workbook-shim*) ;; *) exec REAL "$@" ;; esac
echo "${WORKBOOK_SHIM_ANEW:+anew}" >>"$0.calls"
unset WORKBOOK_SHIM_ANEW
REAL "$@" | sed 's|"executable":"[^"]*"|"executable":"STALE"|'
"#;

/// The tool in a folder of its own, with a stale shim beside it.
struct Moved {
    folder: TempDir,
    tool: PathBuf,
    shim: PathBuf,
}

impl Moved {
    fn new() -> Self {
        let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("there is room");
        let tool = folder.path().join("workbook");
        fs::hard_link(env!("CARGO_BIN_EXE_cargo-workbook"), &tool).expect("it is on the same disk");
        let shim = folder.path().join("workbook-shim");
        write_program(&shim, STALE);
        Self { folder, tool, shim }
    }

    fn record(&self, book: &Book, cargo: &Path) -> Ran {
        let mut tool = cleared(Command::new(&self.tool));
        tool.arg("record")
            .current_dir(book.path(""))
            .env("CARGO", cargo);
        Ran::of(&mut tool)
    }
}

fn write_program(path: &Path, text: &str) {
    fs::write(path, text).expect("there is room");
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).expect("it is ours");
}

/// With what a program was called, a line each time.
fn calls(program: &Path) -> String {
    let calls = format!("{}.calls", program.display());
    fs::read_to_string(calls).expect("it was called")
}

#[test]
fn a_stale_shim_is_asked_once_and_another_one_built() {
    let moved = Moved::new();
    let book = Book::new()
        .with("tea/main", "", POUR)
        .with("tea/alone", "alone = true", POUR);
    let ran = moved.record(&book, Path::new(env!("CARGO"))).succeeded();
    ran.says("wrote 2 recordings");
    assert_eq!(calls(&moved.shim), "--identity\n");
}

#[test]
fn where_cargo_builds_a_stale_shim_the_cure_is_said() {
    let moved = Moved::new();
    let cargo = moved.folder.path().join("cargo");
    let shim = moved.shim.to_str().expect("ours is UTF-8");
    let mistaken = MISTAKEN
        .replace("REAL", env!("CARGO"))
        .replace("STALE", shim);
    write_program(&cargo, &mistaken);
    let book = Book::new().with("tea/main", "", POUR);
    let ran = moved.record(&book, &cargo).failed();
    ran.says(&format!(
        "the shim `{shim}`, which cargo has just built, has other sources"
    ));
    ran.says("run `cargo clean --package workbook-shim`");
    assert!(!book.is_recorded("tea/main"));
    // The second time, cargo was told not to trust its dates.
    assert_eq!(calls(&cargo), "\nanew\n");
}
