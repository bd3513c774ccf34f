//! A command that is told to end while cargo builds for it: cargo ends too, and nobody says that something broke.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use tempfile::TempDir;

use crate::book::{Book, POUR, Ran, cleared, soon};
use crate::workshop::{FILE, Workshop, solution};

/// Notes that it was called so, and goes on as the real cargo once there is a file for it. Other calls it hands on.
const WAITS: &str = r#"#!/bin/sh
case "$*" in
*ASKED*) echo $$ >"$0.called"; until test -e "$0.goes-on"; do sleep 0.02; done ;;
esac
exec REAL "$@"
"#;

/// The tool in a folder of its own, where no shim stands beside it, and a cargo that waits.
struct Moved {
    folder: TempDir,
}

impl Moved {
    /// `asked` is part of what that cargo is called with when it waits.
    fn waiting_when(asked: &str) -> Self {
        let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("there is room");
        let tool = folder.path().join("workbook");
        std::fs::hard_link(env!("CARGO_BIN_EXE_cargo-workbook"), tool).expect("on the same disk");
        let moved = Self { folder };
        let waits = WAITS.replace("ASKED", asked).replace("REAL", env!("CARGO"));
        std::fs::write(moved.cargo(), waits).expect("there is room");
        let mode = std::fs::Permissions::from_mode(0o755);
        std::fs::set_permissions(moved.cargo(), mode).expect("it is ours");
        moved
    }

    fn cargo(&self) -> PathBuf {
        self.folder.path().join("cargo")
    }

    /// Starts the tool, tells it to end when its cargo waits, lets go on what has not ended, and gives what all of them
    /// have said.
    fn interrupt(&self, folder: &Path, args: &[&str], signal: Signal) -> Ran {
        let mut tool = cleared(Command::new(self.folder.path().join("workbook")));
        tool.args(args).current_dir(folder);
        tool.env("CARGO", self.cargo());
        let tool = tool.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
        let mut tool = tool.expect("it starts");
        let beside = |what: &str| self.folder.path().join(format!("cargo.{what}"));
        let called = || std::fs::read_to_string(beside("called")).unwrap_or_default();
        assert!(soon(240, || called().ends_with('\n')), "no cargo: {args:?}");
        kill(Pid::from_raw(tool.id().cast_signed()), signal).expect("it is there");
        let ended = soon(10, || tool.try_wait().is_ok_and(|it| it.is_some()));
        std::fs::write(beside("goes-on"), "").expect("there is room");
        let cargo = Pid::from_raw(called().trim().parse().expect("a process"));
        std::fs::remove_file(beside("called")).expect("it is there");
        let output = tool.wait_with_output().expect("it ends");
        std::fs::remove_file(beside("goes-on")).expect("it is there");
        let ran = Ran::new(output, Duration::ZERO);
        assert!(ended, "{args:?} goes on\n{ran}");
        assert!(soon(5, || kill(cargo, None).is_err()), "cargo goes on");
        ran
    }

    /// Holds that each of these signals ends it in silence, with the exit code by which that is known.
    #[track_caller]
    fn ends_in_silence(&self, folder: &Path, args: &[&str]) {
        for (signal, code) in [(Signal::SIGINT, 130), (Signal::SIGTERM, 143)] {
            let ran = self.interrupt(folder, args, signal);
            assert_eq!(ran.code, Some(code), "{args:?}\n{ran}");
            breaks_nothing(&ran);
        }
    }
}

/// What cargo has said of its work before stands there, too.
#[track_caller]
fn breaks_nothing(ran: &Ran) {
    ran.never_says("error").never_says("Broken pipe");
}

#[test]
fn a_build_of_programs_ends_with_who_waits_for_it() {
    let book = Book::new().with("tea/main", "", POUR).locked();
    let moved = Moved::waiting_when("--keep-going");
    for args in [&["record"][..], &["check", "tea"]] {
        moved.ends_in_silence(&book.path(""), args);
        assert_eq!(book.left_behind(), [""; 0], "{args:?}");
    }
    assert!(!book.is_recorded("tea/main"));
}

#[test]
fn a_build_of_the_shim_ends_with_who_waits_for_it() {
    let book = Book::new().with("tea/main", "", POUR).locked();
    let moved = Moved::waiting_when("workbook-shim");
    let paper = ["paper", "--browser", "true"];
    for args in [&["record"][..], &["trace", "--", "true"], &paper] {
        moved.ends_in_silence(&book.path(""), args);
        assert_eq!(book.left_behind(), [""; 0], "{args:?}");
    }
}

#[test]
fn a_build_of_the_crates_of_exercises_ends_with_who_waits_for_it() {
    let workshop = Workshop::new();
    let book = &workshop.book;
    book.write(FILE, &solution());
    book.remove("target/workbook/practice/built.json");
    let moved = Moved::waiting_when("--lib");
    for args in [&["exercise", "pour"][..], &["check", "tea/pour"]] {
        moved.ends_in_silence(&book.path(""), args);
    }
}

#[test]
fn what_a_server_builds_ends_with_it() {
    let book = Book::new().with("tea/main", "", POUR).locked();
    for asked in ["workbook-shim", "--keep-going"] {
        let moved = Moved::waiting_when(asked);
        for signal in [Signal::SIGINT, Signal::SIGTERM] {
            let args = ["serve", "--port", "0"];
            let ran = moved.interrupt(&book.path(""), &args, signal);
            assert_eq!(ran.code, Some(0), "{asked}\n{ran}");
            breaks_nothing(&ran);
            assert_eq!(book.left_behind(), [""; 0], "{asked}");
        }
    }
}
