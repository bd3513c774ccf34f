//! `scripts/doctor.sh` on machines that lack something: with a PATH that is made up, real limits, and disks of their own.
//!
//! Its brother `doctor.ps1` runs on no machine of ours: of that one only the words are held to be the same.

use std::collections::BTreeSet;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, SystemTime};

use regex::Regex;
use serde_json::Value;
use tempfile::TempDir;

use crate::book::{Book, POUR, Ran, cleared};

const FILES: [&str; 3] = ["doctor.sh", "doctor.rs", "doctor.txt"];
/// What a script may call, beside cargo and the compiler.
const TOOLS: [&str; 27] = [
    "awk",
    "cat",
    "comm",
    "cp",
    "cut",
    "date",
    "df",
    "dirname",
    "du",
    "find",
    "getconf",
    "grep",
    "head",
    "ls",
    "mkdir",
    "mktemp",
    "nproc",
    "rm",
    "sed",
    "sh",
    "sort",
    "stat",
    "tail",
    "tr",
    "uname",
    "wc",
    "xcode-select",
];

fn root() -> PathBuf {
    let tool = Path::new(env!("CARGO_MANIFEST_DIR"));
    tool.ancestors().nth(2).expect("the clone").to_owned()
}

fn script(name: &str) -> String {
    let file = root().join("scripts").join(name);
    std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

/// A small book, and the doctor that looks at the machine for it.
struct Patient {
    book: Book,
    /// The scripts, a folder `bin` for programs that are made up, `temp` for what is temporary.
    folder: TempDir,
}

/// What was found.
#[derive(Debug)]
struct Report {
    ran: Ran,
    json: Value,
}

impl Patient {
    fn new() -> Self {
        let patient = Self {
            book: Book::new().with("tea/main", "", POUR).locked(),
            folder: tempfile::tempdir().expect("there is room for some files"),
        };
        for name in FILES {
            patient.write(name, &script(name));
        }
        for folder in ["bin", "temp", "home"] {
            std::fs::create_dir(patient.path(folder)).expect("it is not there yet");
        }
        patient
    }

    /// One whose cargo does nothing, for what needs no program: that is looked at sooner.
    fn without_a_program() -> Self {
        let patient = Self::new();
        patient.fake("cargo", "[ \"$1\" = --version ]");
        patient
    }

    /// One whose book depends on a published package, and whose cargo has never fetched anything.
    fn depending_on_a_crate(registry: &Registry) -> Self {
        let patient = Self::new();
        let config = format!(
            "[source.crates-io]\nreplace-with = \"ours\"\n[source.ours]\nregistry = \"sparse+{}\"\n",
            registry.address
        );
        patient.book.write(".cargo/config.toml", &config);
        patient.book.append(
            "chapters/tea/Cargo.toml",
            "\n[dependencies]\nleaf = \"1\"\n",
        );
        let lock = format!(
            "version = 4\n\n[[package]]\nname = \"leaf\"\nversion = \"1.0.0\"\n\
             source = \"registry+https://github.com/rust-lang/crates.io-index\"\nchecksum = \"{NO_SUM}\"\n\n\
             [[package]]\nname = \"tea\"\nversion = \"0.0.0\"\ndependencies = [\n \"leaf\",\n]\n"
        );
        patient.book.write("Cargo.lock", &lock);
        patient
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path(name), text).expect("a file");
    }

    /// Puts a shell script before the real program of this name. In it `$REAL` is that one.
    fn fake(&self, name: &str, text: &str) {
        let real = which(name).unwrap_or_default();
        let file = self.path("bin").join(name);
        let text = format!("#!/bin/sh\nREAL='{}'\n{text}\n", real.display());
        std::fs::write(&file, text).expect("a file");
        std::fs::set_permissions(&file, PermissionsExt::from_mode(0o755)).expect("it is ours");
    }

    /// A `df` that says so many kilobytes are free, wherever that is asked.
    fn fake_free_space(&self, kilobytes: u64) {
        let text = format!(
            "case $1 in\n-Pi) exec \"$REAL\" \"$@\" ;;\nesac\n\
             echo 'Filesystem 1024-blocks Used Available Capacity Mounted on'\n\
             echo '/dev/disk 1 of 2  90000000 80000000 {kilobytes} 89% /a place 5% full'"
        );
        self.fake("df", &text);
    }

    /// The doctor, started by these words of a shell: `exec "$@"` where nothing is to be said.
    fn doctor(&self, words: &str) -> Command {
        let mut doctor = cleared(Command::new("sh"));
        doctor
            .args(["-c", words, "sh", "sh"])
            .arg(self.path("doctor.sh"));
        doctor.arg("--root").arg(self.book.path(""));
        let path = std::env::var("PATH").expect("there is one");
        doctor.env("PATH", format!("{}:{path}", self.path("bin").display()));
        doctor.env("TMPDIR", self.path("temp"));
        for name in [
            "http_proxy",
            "HTTP_PROXY",
            "https_proxy",
            "HTTPS_PROXY",
            "all_proxy",
            "ALL_PROXY",
        ] {
            doctor.env_remove(name);
        }
        doctor
    }

    /// Only these tools are in PATH, and what is put into `bin`.
    fn with_nothing_but(&self, tools: &[&str], doctor: &mut Command) {
        for name in tools {
            if let Some(real) = which(name) {
                symlink(real, self.path("bin").join(name)).expect("it is not there yet");
            }
        }
        doctor.env("PATH", self.path("bin"));
    }

    /// Links the compiler's own programs, which need no rustup.
    fn with_rust(&self) {
        let output = Command::new("rustc")
            .args(["--print", "sysroot"])
            .output()
            .expect("it starts");
        let sysroot = String::from_utf8(output.stdout).expect("a path");
        for name in ["cargo", "rustc"] {
            let real = Path::new(sysroot.trim()).join("bin").join(name);
            symlink(real, self.path("bin").join(name)).expect("it is not there yet");
        }
    }

    fn examined(&self) -> Report {
        self.examined_by("exec \"$@\"")
    }

    fn examined_by(&self, words: &str) -> Report {
        Report::of(self.doctor(words))
    }
}

impl Report {
    fn of(mut doctor: Command) -> Self {
        let ran = Ran::of(doctor.arg("--json"));
        let json: Value =
            serde_json::from_str(&ran.stdout).unwrap_or_else(|error| panic!("{error}\n{ran}"));
        let report = Self { ran, json };
        // Whatever it was asked for.
        for (key, finding) in report.findings() {
            let texts = ["about", "what", "help"].map(|it| finding[it].as_str().unwrap_or("none"));
            assert!(
                !texts.iter().any(|it| it.is_empty() || it.contains('{')),
                "{key}: {texts:?}"
            );
            assert_eq!(
                finding["mark"] == "ok",
                finding["help"].is_null(),
                "{key}: {texts:?}"
            );
        }
        let marked = |mark: &str| {
            report
                .findings()
                .filter(|(_, it)| it["mark"] == mark)
                .count()
        };
        assert_eq!(report.json["faults"], marked("FAULT"));
        assert_eq!(report.json["notes"], marked("note"));
        assert_eq!(report.ran.code, Some(i32::from(marked("FAULT") > 0)));
        assert_eq!(report.ran.stderr, "");
        report
    }

    fn findings(&self) -> impl Iterator<Item = (&str, &Value)> {
        let findings = self.json["findings"].as_array().expect("a list");
        findings
            .iter()
            .map(|it| (it["key"].as_str().expect("a key"), it))
    }

    fn has(&self, key: &str) -> bool {
        self.findings().any(|(it, _)| it == key)
    }

    /// The finding with this mark and key, as `WHAT\nHELP`.
    #[track_caller]
    fn says(&self, mark: &str, key: &str) -> String {
        let found = self.findings().find(|(it, _)| *it == key);
        let (_, found) = found.unwrap_or_else(|| panic!("no {key}: {}", self.ran));
        assert_eq!(found["mark"], mark, "{}", self.ran);
        let text = |of: &str| found[of].as_str().unwrap_or_default().to_owned();
        format!("{}\n{}", text("what"), text("help"))
    }

    #[track_caller]
    fn never_says(&self, key: &str) {
        assert!(!self.has(key), "{key}: {}", self.ran);
    }
}

fn which(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .map(|folder| folder.join(name))
        .find(|it| it.is_file())
}

const NO_SUM: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// A registry on this machine, as cargo asks for one. It knows of `leaf`.
struct Registry {
    address: String,
    ended: Arc<AtomicBool>,
    asked: Option<std::thread::JoinHandle<()>>,
}

impl Registry {
    fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = format!("http://{}/", listener.local_addr().expect("it has one"));
        let ended = Arc::new(AtomicBool::new(false));
        let (config, end) = (format!("{{\"dl\":\"{address}\"}}"), ended.clone());
        let asked = std::thread::spawn(move || {
            for client in listener.incoming() {
                if end.load(Ordering::SeqCst) {
                    return;
                }
                let mut client = client.expect("a connection");
                let mut head = Vec::new();
                while !head.ends_with(b"\r\n\r\n") {
                    let mut byte = [0];
                    if client.read(&mut byte).unwrap_or(0) == 0 {
                        break;
                    }
                    head.push(byte[0]);
                }
                let head = String::from_utf8_lossy(&head).into_owned();
                let leaf = format!(
                    "{{\"name\":\"leaf\",\"vers\":\"1.0.0\",\"deps\":[],\"cksum\":\"{NO_SUM}\",\"features\":{{}},\
                     \"yanked\":false}}\n"
                );
                let (status, body) = match head.split(' ').nth(1) {
                    Some("/config.json") => ("200 OK", config.as_str()),
                    Some("/le/af/leaf") => ("200 OK", leaf.as_str()),
                    _ => ("404 Not Found", ""),
                };
                let length = body.len();
                let answer = format!(
                    "HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
                );
                let _ = client.write_all(answer.as_bytes());
            }
        });
        Self {
            address,
            ended,
            asked: Some(asked),
        }
    }

    /// From now on nobody answers there.
    fn ends(&mut self) {
        self.ended.store(true, Ordering::SeqCst);
        let at = self
            .address
            .trim_start_matches("http://")
            .trim_end_matches('/');
        let _ = std::net::TcpStream::connect(at);
        if let Some(asked) = self.asked.take() {
            asked.join().expect("it ends well");
        }
    }
}

impl Drop for Registry {
    fn drop(&mut self) {
        self.ends();
    }
}

#[test]
fn a_sound_machine_can_run_it_all_and_is_left_as_it_was() {
    let patient = Patient::new();
    let before = patient.book.files();
    let report = patient.examined();
    for key in [
        "toolchain.ok",
        "linker.ok",
        "crates.ok",
        "folder.ok",
        "loopback.ok",
        "clock.ok",
    ] {
        report.says("ok", key);
    }
    assert_eq!(patient.book.files(), before);
    assert!(!patient.book.path("target").exists(), "it has made it");
    let left = std::fs::read_dir(patient.path("temp"))
        .expect("it is there")
        .count();
    assert_eq!(left, 0, "in the temporary folder");
}

#[test]
fn the_lines_are_what_the_json_says_and_faults_stand_last() {
    let patient = Patient::new();
    patient.book.write("target", "in the way");
    let report = patient.examined_by("ulimit -S -n 600; ulimit -H -n 600; exec \"$@\"");
    let ran =
        Ran::of(&mut patient.doctor("ulimit -S -n 600; ulimit -H -n 600; exec \"$@\"")).failed();
    for (_, finding) in report.findings() {
        let text = |of: &str| finding[of].as_str().unwrap_or_default();
        // The disk is another from one moment to the next.
        if text("about") != "disk" {
            ran.says(&format!(
                "{:<6}{:<14}{}\n",
                text("mark"),
                text("about"),
                text("what")
            ));
        }
        if !finding["help"].is_null() {
            ran.says(&format!("{:20}help: {}\n", "", text("help")));
        }
    }
    let end = ran.stdout.lines().rev().take(4).collect::<Vec<_>>();
    assert_eq!(end[0], "1 fault to mend first");
    assert!(end[3].starts_with("FAULT folder "), "{ran}");
    let place = |mark: &str| ran.stdout.find(&format!("\n{mark}")).expect("there is one");
    assert!(
        place("ok ") < place("note ") && place("note ") < place("FAULT "),
        "{ran}"
    );
}

#[test]
fn every_shell_says_the_same() {
    let patient = Patient::new();
    let keys = |report: &Report| {
        report
            .findings()
            .map(|(key, _)| key.to_owned())
            .collect::<Vec<_>>()
    };
    let usual = keys(&patient.examined());
    for shell in [
        "dash",
        "bash --posix",
        "busybox sh",
        "ksh",
        "mksh",
        "zsh --emulate sh",
    ] {
        if which(shell.split(' ').next().expect("a name")).is_some() {
            assert_eq!(
                keys(&patient.examined_by(&format!("shift; exec {shell} \"$@\""))),
                usual,
                "{shell}"
            );
        }
    }
}

#[test]
fn names_with_quotes_and_newlines_come_through() {
    let patient = Patient::new();
    let folder = patient.path("a \"b\" \\n 'c'\n{d}  e");
    std::fs::create_dir_all(folder.join("scripts")).expect("a folder");
    for name in FILES {
        std::fs::copy(patient.path(name), folder.join("scripts").join(name)).expect("a file");
    }
    for (name, text) in patient.book.files() {
        let file = folder.join(name);
        std::fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
        std::fs::write(file, text).expect("a file");
    }
    let mut doctor = cleared(Command::new("sh"));
    doctor.arg(folder.join("scripts/doctor.sh")).arg("--json");
    let ran = Ran::of(&mut doctor);
    let json: Value =
        serde_json::from_str(&ran.stdout).unwrap_or_else(|error| panic!("{error}\n{ran}"));
    let folder = folder.canonicalize().expect("it is there");
    assert_eq!(json["root"], folder.to_str().expect("UTF-8"));
    assert_eq!(
        json["target"],
        folder.join("target").to_str().expect("UTF-8")
    );
    let keys = json["findings"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|it| it["key"].as_str().expect("a key"));
    let keys: BTreeSet<_> = keys.collect();
    for key in [
        "toolchain.ok",
        "linker.ok",
        "crates.ok",
        "folder.ok",
        "disk.ok",
    ] {
        assert!(keys.contains(key), "{ran}");
    }
}

#[test]
fn a_machine_without_rust_is_told_of_the_linker_too() {
    let patient = Patient::new();
    let mut doctor = patient.doctor("exec \"$@\"");
    patient.with_nothing_but(&TOOLS, &mut doctor);
    doctor.env("CARGO_HOME", patient.path("home"));
    let report = Report::of(doctor);
    assert!(
        report
            .says("FAULT", "toolchain.none")
            .contains("install Rust 1.85 or later from https://rustup.rs")
    );
    assert!(
        report
            .says("FAULT", "linker.none")
            .starts_with("there is no linker: `cc` is not found\n")
    );
    report.never_says("crates.ok");
    // What needs no compiler is looked at all the same.
    report.says("ok", "folder.ok");
    patient.fake("cc", "exit 1");
    let mut doctor = patient.doctor("exec \"$@\"");
    doctor
        .env("PATH", patient.path("bin"))
        .env("CARGO_HOME", patient.path("home"));
    let report = Report::of(doctor);
    report.says("note", "linker.untried");
    report.never_says("linker.none");
}

#[test]
fn rust_that_is_there_and_not_in_path_is_found() {
    let patient = Patient::new();
    let mut doctor = patient.doctor("exec \"$@\"");
    patient.with_nothing_but(&TOOLS, &mut doctor);
    std::fs::create_dir(patient.path("home/bin")).expect("a folder");
    std::fs::copy("/bin/sh", patient.path("home/bin/cargo")).expect("a program");
    doctor.env("CARGO_HOME", patient.path("home"));
    let home = patient.path("home");
    let said = Report::of(doctor).says("FAULT", "toolchain.path");
    assert!(
        said.contains(&format!("run `. \"{}/env\"`", home.display())),
        "{said}"
    );
}

#[test]
fn a_missing_linker_is_named() {
    let patient = Patient::new();
    patient.with_rust();
    let mut doctor = patient.doctor("exec \"$@\"");
    patient.with_nothing_but(&TOOLS, &mut doctor);
    let report = Report::of(doctor);
    report.says("ok", "toolchain.ok");
    assert!(
        report
            .says("FAULT", "linker.none")
            .starts_with("there is no linker: `cc` is not found\n")
    );
    report.says("ok", "crates.ok");
}

#[test]
fn a_linker_that_finds_no_libraries_is_told_apart() {
    let patient = Patient::new();
    patient.with_rust();
    patient.fake(
        "cc",
        "echo '/usr/bin/ld: cannot find Scrt1.o: No such file or directory' >&2; exit 1",
    );
    let said = patient.examined().says("FAULT", "linker.fails");
    assert!(
        said.starts_with("a small program compiles, and is not linked: "),
        "{said}"
    );
    assert!(said.contains("/usr/bin/ld: cannot find Scrt1.o"), "{said}");
}

#[test]
fn what_is_set_for_cargo_is_told_and_blamed() {
    let patient = Patient::new();
    let mut doctor = patient.doctor("exec \"$@\"");
    doctor.env("RUSTFLAGS", "-C opt-level=0");
    let report = Report::of(doctor);
    report.says("ok", "linker.ok");
    assert!(
        report
            .says("ok", "settings.ok")
            .contains("RUSTFLAGS=-C opt-level=0")
    );
    let mut doctor = patient.doctor("exec \"$@\"");
    doctor.env("RUSTC_WRAPPER", "/nowhere/sccache");
    let said = Report::of(doctor).says("FAULT", "linker.flags");
    assert!(
        said.contains("help: ") || said.contains("RUSTC_WRAPPER=/nowhere/sccache"),
        "{said}"
    );
    let mut doctor = patient.doctor("exec \"$@\"");
    doctor.env("RUSTFLAGS", "--no-such-flag");
    let said = Report::of(doctor).says("FAULT", "linker.flags");
    assert!(said.contains("RUSTFLAGS=--no-such-flag"), "{said}");
}

/// A compiler that says it is of this version, and is the real one otherwise.
fn of_version(patient: &Patient, version: &str) {
    let words = format!(
        "[ \"$*\" != -vV ] || {{ printf 'release: {version}\\nhost: here\\n'; exit; }}\nexec \"$REAL\" \"$@\""
    );
    patient.fake("rustc", &words);
}

#[test]
fn a_compiler_is_as_new_as_it_must_be_or_not() {
    let patient = Patient::without_a_program();
    patient.book.replace("Cargo.toml", "1.85", "1.95");
    patient.fake("rustup", "echo 'stable-x86_64 (default)'");
    for version in ["1.95.0", "1.95.1", "1.100.0", "1.96.0-nightly", "2.0.0"] {
        of_version(&patient, version);
        let said = patient.examined().says("ok", "toolchain.ok");
        assert_eq!(said, format!("rustc {version} (needs 1.95)\n"));
    }
    for version in ["1.94.1", "1.9.0", "0.99.0", "unknown"] {
        of_version(&patient, version);
        let report = patient.examined();
        assert!(
            report
                .says("FAULT", "toolchain.old")
                .ends_with("\nrun `rustup update stable`")
        );
        report.never_says("crates.broken");
    }
    patient.fake(
        "rustup",
        "echo \"stable-x86_64 (overridden by '/tea/rust-toolchain.toml')\"",
    );
    let said = patient.examined().says("FAULT", "toolchain.held");
    assert!(
        said.contains("set here: overridden by '/tea/rust-toolchain.toml'\n"),
        "{said}"
    );
}

#[test]
fn an_old_compiler_without_rustup_came_with_the_system() {
    let patient = Patient::without_a_program();
    of_version(&patient, "1.63.0");
    let mut doctor = patient.doctor("exec \"$@\"");
    patient.with_nothing_but(&TOOLS, &mut doctor);
    Report::of(doctor).says("FAULT", "toolchain.packaged");
}

#[test]
fn a_toolchain_that_does_not_start_says_why() {
    let patient = Patient::new();
    patient.fake(
        "rustc",
        "echo 'error: rustup could not choose a version of rustc to run' >&2; exit 1",
    );
    let said = patient.examined().says("FAULT", "toolchain.broken");
    assert!(
        said.contains("could not choose a version of rustc to run\n"),
        "{said}"
    );
}

#[test]
fn crates_that_are_missing_are_counted_and_the_network_is_asked() {
    let mut registry = Registry::new();
    let patient = Patient::depending_on_a_crate(&registry);
    let examined = || {
        let mut doctor = patient.doctor("exec \"$@\"");
        doctor
            .env("CARGO_HOME", patient.path("home"))
            .env_remove("CARGO_NET_OFFLINE");
        Report::of(doctor)
    };
    let said = examined().says("note", "crates.fetched");
    assert!(
        said.starts_with("1 of 1 are not here: up to 47 MB come over the network"),
        "{said}"
    );
    registry.ends();
    let said = examined().says("FAULT", "crates.missing");
    assert!(
        said.starts_with("1 of 1 are not here, and there is no way to them: "),
        "{said}"
    );
    assert!(said.contains("onnect"), "{said}");
    assert!(
        said.contains(&format!("`{}`", patient.path("home/registry").display())),
        "{said}"
    );
}

#[test]
fn crates_that_are_there_need_no_network() {
    let mut registry = Registry::new();
    let patient = Patient::depending_on_a_crate(&registry);
    registry.ends();
    let vendored =
        "[source.crates-io]\nreplace-with = \"ours\"\n[source.ours]\ndirectory = \"vendor\"\n";
    patient.book.write(".cargo/config.toml", vendored);
    let sum = format!("{{\"files\":{{}},\"package\":\"{NO_SUM}\"}}");
    patient.book.write("vendor/leaf/.cargo-checksum.json", &sum);
    patient.book.write(
        "vendor/leaf/Cargo.toml",
        "[package]\nname = \"leaf\"\nversion = \"1.0.0\"\n",
    );
    patient.book.write("vendor/leaf/src/lib.rs", "");
    let mut doctor = patient.doctor("exec \"$@\"");
    doctor
        .env("CARGO_HOME", patient.path("home"))
        .env_remove("CARGO_NET_OFFLINE");
    Report::of(doctor).says("ok", "crates.ok");
}

#[test]
fn open_files_count_as_far_as_a_program_can_raise_them() {
    let patient = Patient::without_a_program();
    for (limit, mark, key) in [
        (256, "FAULT", "open_files.none"),
        (1024, "note", "open_files.few"),
    ] {
        let report = patient.examined_by(&format!(
            "ulimit -S -n {limit}; ulimit -H -n {limit}; exec \"$@\""
        ));
        let said = report.says(mark, key);
        assert!(said.contains(&format!("{limit} at once")), "{said}");
    }
    let (_, hard) = rlimit::getrlimit(rlimit::Resource::NOFILE).expect("there is one");
    if hard >= 2100 {
        patient
            .examined_by("ulimit -S -n 256; exec \"$@\"")
            .says("ok", "open_files.ok");
    }
}

#[test]
fn a_port_that_is_taken_is_told_with_who_has_it() {
    let patient = Patient::new();
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("it has one").port();
    patient.write(
        "doctor.txt",
        &script("doctor.txt").replace("limit.port = 3000", &format!("limit.port = {port}")),
    );
    let said = patient.examined().says("note", "port.taken");
    assert!(said.starts_with("taken"), "{said}");
    if which("lsof").or(which("ss")).is_some() {
        assert!(
            said.contains(&format!("by process {} ", std::process::id())),
            "{said}"
        );
    }
    drop(listener);
    patient.examined().says("ok", "port.ok");
}

#[test]
#[cfg(target_os = "linux")]
fn one_core_is_seen_with_a_compiler_and_without() {
    let patient = Patient::new();
    patient
        .examined_by("exec taskset -c 0 \"$@\"")
        .says("note", "cores.one");
    let mut doctor = patient.doctor("exec taskset -c 0 \"$@\"");
    patient.with_nothing_but(&TOOLS, &mut doctor);
    patient.with_nothing_but(&["taskset"], &mut doctor);
    Report::of(doctor).says("note", "cores.one");
}

#[test]
#[cfg(target_os = "linux")]
fn too_few_threads_are_counted() {
    let patient = Patient::new();
    // Each has two megabytes of addresses. The compiler is content with these.
    let report = patient.examined_by("ulimit -v 1600000; exec \"$@\"");
    let said = report.says("FAULT", "threads.few");
    assert!(
        said.contains("`pass_the_parcel` in threads has 1001"),
        "{said}"
    );
}

#[test]
fn free_space_is_held_against_what_is_yet_to_be_built() {
    let patient = Patient::without_a_program();
    for (kilobytes, mark, key) in [
        (1_000_000, "FAULT", "disk.little"),
        (2_500_000, "note", "disk.tight"),
        (90_000_000, "ok", "disk.ok"),
    ] {
        patient.fake_free_space(kilobytes);
        patient.examined().says(mark, key);
    }
    patient.fake_free_space(1_000_000);
    let said = patient.examined().says("FAULT", "disk.little");
    assert!(
        said.starts_with("1.0 GB free, and reading and running take 2.3 GB more\n"),
        "{said}"
    );
    // What is built already is not built again.
    std::fs::create_dir(patient.book.path("target")).expect("a folder");
    patient.fake("du", "echo '1800000 target'");
    patient.examined().says("note", "disk.tight");
}

#[test]
fn a_target_folder_elsewhere_is_the_one_that_is_looked_at() {
    let patient = Patient::new();
    let elsewhere = patient.path("else where");
    let mut doctor = patient.doctor("exec \"$@\"");
    doctor.env("CARGO_TARGET_DIR", &elsewhere);
    let report = Report::of(doctor);
    let name = elsewhere.to_str().expect("UTF-8");
    assert_eq!(report.json["target"], name);
    assert!(report.says("ok", "target.ok").contains(name));
    assert!(
        report
            .says("ok", "settings.ok")
            .contains(&format!("CARGO_TARGET_DIR={name}"))
    );
    let config = format!("[build]\ntarget-dir = \"{name}\"\n");
    std::fs::write(patient.path("home/config.toml"), config).expect("a file");
    let mut doctor = patient.doctor("exec \"$@\"");
    doctor.env("CARGO_HOME", patient.path("home"));
    let report = Report::of(doctor);
    assert_eq!(report.json["target"], name);
    assert!(
        report
            .says("ok", "settings.ok")
            .contains("home/config.toml")
    );
    // A file is in its place.
    patient.write("else where", "tea");
    let mut doctor = patient.doctor("exec \"$@\"");
    doctor.env("CARGO_HOME", patient.path("home"));
    Report::of(doctor).says("FAULT", "target.closed");
}

#[test]
fn a_shared_disk_is_slow_and_no_fault() {
    let patient = Patient::without_a_program();
    let line = "echo 'Filesystem 1024-blocks Used Available Capacity Mounted on'; echo 'desk:/home/tea 9 9 90000000 1% /h'";
    patient.fake("df", line);
    let said = patient.examined().says("note", "folder.network");
    assert!(said.contains("(desk:/home/tea)"), "{said}");
}

#[test]
fn a_proxy_that_takes_loopback_is_told() {
    let patient = Patient::without_a_program();
    let with = |no_proxy: &str| {
        let mut doctor = patient.doctor("exec \"$@\"");
        doctor
            .env("http_proxy", "http://desk:8080")
            .env("no_proxy", no_proxy)
            .env_remove("NO_PROXY");
        Report::of(doctor)
    };
    let said = with("example.org").says("note", "proxy.all");
    assert!(
        said.starts_with("http_proxy is set, and no_proxy does not name 127.0.0.1\n"),
        "{said}"
    );
    for no_proxy in ["localhost,127.0.0.1", "*", "127.0.0.0/8"] {
        with(no_proxy).never_says("proxy.all");
    }
}

#[test]
fn a_clock_that_is_behind_is_seen_by_what_is_younger() {
    let patient = Patient::without_a_program();
    patient.fake("date", "echo 2019-01-01");
    let said = patient.examined().says("FAULT", "clock.behind");
    assert!(
        said.starts_with("it says 2019-01-01, and this rustc (20"),
        "{said}"
    );
    std::fs::remove_file(patient.path("bin/date")).expect("it is there");
    patient.examined().says("ok", "clock.ok");
    let manifest = std::fs::File::options()
        .write(true)
        .open(patient.book.path("Cargo.toml"))
        .expect("it is there");
    let tomorrow = SystemTime::now() + Duration::from_secs(86_400);
    manifest
        .set_modified(tomorrow)
        .expect("a file system with dates");
    let said = patient.examined().says("FAULT", "clock.behind");
    assert!(said.contains("/Cargo.toml is younger than that"), "{said}");
}

/// Whether this machine lets us do that.
fn can(words: &str) -> bool {
    let mut shell = Command::new("sh");
    shell
        .args(["-c", words])
        .output()
        .is_ok_and(|it| it.status.success())
}

/// Words of a shell that mount something first, for this process alone; `None` where that is not allowed.
fn mounting(mount: &str) -> Option<String> {
    can("unshare --user --map-root-user --mount mount -t tmpfs tea /mnt").then(|| {
        format!("exec unshare --user --map-root-user --mount sh -c 'set -e; {mount}; exec \"$@\"' sh \"$@\"")
    })
}

#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_is_seen_where_it_is() {
    let patient = Patient::new();
    let temp = patient.path("temp").display().to_string();
    let small = format!(
        "mount -t tmpfs -o size=16k tea {temp}; ! dd if=/dev/zero of={temp}/tea 2>/dev/null"
    );
    let Some(words) = mounting(&small) else {
        return; // this machine does not let us
    };
    let said = patient.examined_by(&words).says("FAULT", "temp.closed");
    assert!(said.contains(&temp), "{said}");
    let target = patient.path("target").display().to_string();
    std::fs::create_dir(&target).expect("a folder");
    let few = format!("mount -t tmpfs -o size=8g,nr_inodes=500 tea {target}");
    let mut doctor = patient.doctor(&mounting(&few).expect("it was allowed"));
    doctor.env("CARGO_TARGET_DIR", &target);
    let report = Report::of(doctor);
    let said = report.says("FAULT", "disk.files");
    assert!(said.contains("and a full build makes 8000\n"), "{said}");
    let tiny = format!("mount -t tmpfs -o size=64m tea {target}");
    let mut doctor = patient.doctor(&mounting(&tiny).expect("it was allowed"));
    doctor.env("CARGO_TARGET_DIR", &target);
    let said = Report::of(doctor).says("FAULT", "disk.little");
    assert!(said.starts_with("66 MB free"), "{said}");
}

#[test]
#[cfg(target_os = "linux")]
fn programs_that_cannot_be_started_where_they_are_built_are_a_fault() {
    let patient = Patient::new();
    let place = |name: &str| {
        format!(
            "mount -t tmpfs -o noexec tea {}",
            patient.path(name).display()
        )
    };
    let Some(words) = mounting(&place("temp")) else {
        return; // this machine does not let us
    };
    let report = patient.examined_by(&words);
    report.says("note", "temp.noexec");
    report.says("ok", "linker.ok");
    let mut doctor = patient.doctor(&mounting(&place("home")).expect("it was allowed"));
    doctor.env("CARGO_TARGET_DIR", patient.path("home/target"));
    let report = Report::of(doctor);
    let said = report.says("FAULT", "linker.noexec");
    assert!(
        said.contains(patient.path("home").to_str().expect("UTF-8")),
        "{said}"
    );
    report.never_says("temp.noexec");
}

#[test]
#[cfg(target_os = "linux")]
fn a_clone_that_is_read_only_wants_another_place_for_what_is_built() {
    let patient = Patient::new();
    let book = patient.book.path("").display().to_string();
    let Some(words) = mounting(&format!(
        "mount --bind {book} {book}; mount -o remount,ro,bind {book}"
    )) else {
        return; // this machine does not let us
    };
    let report = Report::of(patient.doctor(&words));
    let said = report.says("FAULT", "folder.closed");
    assert!(said.contains("target/workbook`\n"), "{said}");
    let mut doctor = patient.doctor(&words);
    doctor.env("CARGO_TARGET_DIR", patient.path("home"));
    let report = Report::of(doctor);
    report.says("note", "folder.elsewhere");
    report.never_says("folder.closed");
    report.says("ok", "target.ok");
    report.says("ok", "linker.ok");
}

#[test]
#[cfg(target_os = "linux")]
fn a_machine_without_loopback_is_told() {
    let patient = Patient::new();
    // A network of its own, in which nothing is up.
    if !can("unshare --user --map-root-user --net true") {
        return; // this machine does not let us
    }
    let report = patient.examined_by("exec unshare --user --map-root-user --net \"$@\"");
    assert!(
        report
            .says("FAULT", "loopback.broken")
            .starts_with("127.0.0.1 does not carry bytes: ")
    );
    report.says("ok", "crates.ok");
}

#[test]
fn the_tool_says_the_same_and_more() {
    let patient = Patient::new();
    let limited = "ulimit -S -n 600; ulimit -H -n 600; exec \"$@\"";
    let ran = Ran::of(&mut patient.doctor(limited));
    let mut shell = cleared(Command::new("sh"));
    shell
        .args(["-c", limited, "sh"])
        .arg(patient.book.tool(["doctor"]).get_program())
        .arg("doctor");
    let tool = Ran::of(shell.current_dir(patient.book.path("")));
    assert_eq!(tool.code, ran.code, "{ran}\n{tool}");
    let lines = |ran: &Ran| {
        let lines = ran.stdout.lines().filter(|line| !line.contains(" disk "));
        lines.map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(lines(&ran), lines(&tool));
    assert!(
        ran.stdout.contains("note  open files    600 at once: "),
        "{ran}"
    );
}

#[test]
fn what_is_not_known_is_not_taken() {
    let patient = Patient::new();
    for args in [&["--jsno"][..], &["--root"], &["tea"]] {
        let mut doctor = Command::new("sh");
        let ran = Ran::of(doctor.arg(patient.path("doctor.sh")).args(args));
        assert_eq!(ran.code, Some(2), "{ran}");
        ran.complains("usage: sh scripts/doctor.sh [--json] [--root FOLDER]\n");
    }
}

/// The keys and texts of `doctor.txt`.
fn words() -> Vec<(String, String)> {
    let text = script("doctor.txt");
    let lines = text
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'));
    let pairs = lines.map(|line| {
        line.split_once(" = ")
            .unwrap_or_else(|| panic!("no ` = ` in: {line}"))
    });
    pairs
        .map(|(key, text)| (key.to_owned(), text.to_owned()))
        .collect()
}

#[test]
fn both_scripts_say_what_doctor_txt_has_and_nothing_else() {
    let words = words();
    let keys: BTreeSet<_> = words.iter().map(|(key, _)| key.as_str()).collect();
    assert_eq!(keys.len(), words.len(), "a key stands twice");
    let said = |name: &str| {
        let found =
            Regex::new(r"(?i)\bfound (?:ok|note|FAULT) ([a-z_]+\.[a-z_]+)").expect("it is valid");
        let text = script(name);
        found
            .captures_iter(&text)
            .map(|it| it[1].to_owned())
            .collect::<BTreeSet<_>>()
    };
    let (unix, windows) = (said("doctor.sh"), said("doctor.ps1"));
    // Those of `limit.`, `end.` and a help are no states.
    let states = keys.iter().filter(|key| key.matches('.').count() == 1);
    let states = states.filter(|key| !key.starts_with("limit.") && !key.starts_with("end."));
    let states: BTreeSet<_> = states.map(|key| (*key).to_owned()).collect();
    assert_eq!(unix, states);
    let only_unix: Vec<_> = unix.difference(&windows).map(String::as_str).collect();
    assert_eq!(
        only_unix,
        [
            "disk.files",
            "figures.ok",
            "figures.some",
            "folder.colon",
            "open_files.few",
            "open_files.none",
            "open_files.ok",
            "temp.noexec",
            "watches.few",
        ]
    );
    assert_eq!(windows.difference(&unix).next(), None);
    for state in &states {
        let thing = state.split('.').next().expect("it has one");
        assert!(keys.contains(thing), "`{thing}` has no name");
        let is_well = state.ends_with(".ok");
        assert_eq!(
            !keys.contains(format!("{state}.help").as_str()),
            is_well,
            "the help of {state}"
        );
    }
    for key in keys.iter().filter(|key| key.contains(".help")) {
        let (state, system) = key.split_once(".help").expect("it has one");
        assert!(states.contains(state), "{key}");
        assert!(
            ["", ".linux", ".macos", ".windows"].contains(&system),
            "{key}"
        );
    }
    // And each limit is asked for by both, but for those that Windows does not have.
    for (key, value) in words.iter().filter(|(key, _)| key.starts_with("limit.")) {
        assert!(value.parse::<u64>().is_ok(), "{key} = {value}");
        assert!(script("doctor.sh").contains(key.as_str()), "{key}");
        let is_unix = [
            "limit.open_files",
            "limit.open_files_few",
            "limit.files",
            "limit.watches",
        ];
        assert_eq!(
            script("doctor.ps1").contains(key.as_str()),
            !is_unix.contains(&key.as_str()),
            "{key}"
        );
    }
}

fn limit(name: &str) -> u64 {
    let key = format!("limit.{name}");
    let words = words();
    let (_, value) = words
        .iter()
        .find(|(it, _)| *it == key)
        .unwrap_or_else(|| panic!("no {key}"));
    value.parse().expect("a number")
}

/// The number behind this in a source.
fn number_in(file: &str, before: &str) -> u64 {
    let text = std::fs::read_to_string(root().join(file))
        .unwrap_or_else(|error| panic!("{file}: {error}"));
    let pattern = Regex::new(&format!("{}([0-9_]+)", regex::escape(before))).expect("it is valid");
    let found = pattern
        .captures(&text)
        .unwrap_or_else(|| panic!("no `{before}` in {file}"));
    found[1].replace('_', "").parse().expect("a number")
}

#[test]
fn limits_are_what_the_book_and_the_tool_need() {
    assert_eq!(
        limit("port"),
        number_in(
            "scripts/workbook/src/serve/mod.rs",
            "const USUAL_PORT: u16 = "
        )
    );
    for program in [
        "chapters/tcp-echo/src/main.rs",
        "chapters/reactor/src/main.rs",
    ] {
        let files = 2 * number_in(program, "const CLIENTS: usize = ") + 64;
        assert!(
            (files..files + 100).contains(&limit("open_files")),
            "{program}: {files}"
        );
    }
    let (mut threads, mut memory) = (0, 0);
    for chapter in std::fs::read_dir(root().join("chapters"))
        .expect("the chapters")
        .flatten()
    {
        for file in std::fs::read_dir(chapter.path().join("recordings"))
            .into_iter()
            .flatten()
            .flatten()
        {
            let text = std::fs::read_to_string(file.path()).expect("a recording");
            let recording: Value = serde_json::from_str(&text).expect("JSON");
            threads = threads.max(recording["figures"]["threads"].as_u64().unwrap_or(0));
            memory = memory.max(recording["figures"]["max_rss"].as_u64().unwrap_or(0));
        }
    }
    assert_eq!(limit("threads"), threads, "the most that a recording has");
    // A program may have half of the machine's.
    let memory = 2 * memory / 1_000_000;
    assert!(
        (memory..memory * 5 / 4).contains(&limit("memory")),
        "{memory} MB, by the recordings"
    );
    let mut folders = vec![root().join("book"), root().join("chapters")];
    let mut watched = 0;
    while let Some(folder) = folders.pop() {
        watched += 1;
        let entries = std::fs::read_dir(folder)
            .expect("a folder")
            .flatten()
            .map(|it| it.path());
        folders.extend(entries.filter(|path| path.is_dir()));
    }
    assert!(
        (watched..2 * watched).contains(&limit("watches")),
        "{watched} folders"
    );
}
