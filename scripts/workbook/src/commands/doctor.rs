//! `cargo workbook doctor`: whether this machine can run every chapter, and how to mend what cannot.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::Result;
use cargo_metadata::semver::{Prerelease, Version, VersionReq};

use crate::book::files;
use crate::book::house::House;
use crate::book::library::Library;
use crate::book::members;
use crate::book::needs::Need;
use crate::book::snippet::Snippet;
use crate::exec::built;
use crate::model::units;
use crate::terminal::say;

/// A thousand clients and their server in one process, and what the process has open besides.
const OPEN_FILES: u64 = 2100;
/// Below this the lead program of `tcp-echo` cannot hold enough connections at once to be a lesson.
const FEW_OPEN_FILES: u64 = 512;

/// What was found about one thing.
#[derive(Debug)]
struct Finding {
    about: &'static str,
    what: String,
    /// How to mend it, and whether the book can be read and run meanwhile.
    help: Option<(String, Severity)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Severity {
    /// Something runs slower or shows less.
    Note,
    /// Some chapter cannot run.
    Fault,
}

impl Finding {
    fn good(about: &'static str, what: impl Into<String>) -> Self {
        Self {
            about,
            what: what.into(),
            help: None,
        }
    }

    fn note(about: &'static str, what: impl Into<String>, help: impl Into<String>) -> Self {
        Self {
            about,
            what: what.into(),
            help: Some((help.into(), Severity::Note)),
        }
    }

    fn fault(about: &'static str, what: impl Into<String>, help: impl Into<String>) -> Self {
        Self {
            about,
            what: what.into(),
            help: Some((help.into(), Severity::Fault)),
        }
    }
}

/// Looks at the machine and says what it found. Returns whether every chapter can run.
pub(crate) fn doctor(house: &House) -> Result<bool> {
    let mut findings = vec![
        toolchain(house),
        dependencies(house),
        folder(house),
        cores(),
        open_files(),
        loopback(),
        port(),
        space(house),
        figures(),
    ];
    let library = Library::read(house);
    findings.extend(Need::ALL.into_iter().filter_map(|it| need(&library, it)));
    let mut faults = 0;
    for Finding { about, what, help } in &findings {
        let mark = match help {
            None => "ok",
            Some((_, Severity::Note)) => "note",
            Some((_, Severity::Fault)) => "FAULT",
        };
        say!("{mark:<6}{about:<14}{what}");
        if let Some((help, severity)) = help {
            say!("{:20}help: {help}", "");
            faults += usize::from(*severity == Severity::Fault);
        }
    }
    if faults == 0 {
        say!("\nthis machine can run every chapter: `cargo workbook serve` opens the book");
    } else {
        say!("\n{} to mend first", units::count(faults, "fault"));
    }
    Ok(faults == 0)
}

fn toolchain(house: &House) -> Finding {
    let about = "toolchain";
    let wanted = wanted_rust(house).unwrap_or_default();
    let help = format!("run `rustup update stable`: the book needs Rust {wanted} or later");
    match built::rustc_version() {
        Ok(version) if is_enough(&version, &wanted) => {
            Finding::good(about, format!("rustc {version} (needs {wanted})"))
        }
        Ok(version) => Finding::fault(about, format!("rustc {version} is too old"), help),
        Err(error) => Finding::fault(about, format!("{error:#}"), help),
    }
}

fn wanted_rust(house: &House) -> Option<String> {
    let text = files::text(&house.absolute("Cargo.toml")).ok()?;
    let table: toml::Table = text.parse().ok()?;
    let package = table.get("workspace")?.get("package")?;
    Some(package.get("rust-version")?.as_str()?.to_owned())
}

/// Whether a compiler is of this version or later; a nightly counts as the version that it becomes.
fn is_enough(version: &str, wanted: &str) -> bool {
    let Ok(version) = Version::parse(version) else {
        return false;
    };
    let release = Version {
        pre: Prerelease::EMPTY,
        ..version
    };
    // Where nothing is wanted, any will do.
    VersionReq::parse(&format!(">={wanted}")).is_ok_and(|it| it.matches(&release))
        || wanted.is_empty()
}

fn dependencies(house: &House) -> Finding {
    let about = "dependencies";
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut metadata = Command::new(cargo);
    metadata.args(["metadata", "--offline", "--locked", "--format-version=1"]);
    // What other systems need is not looked for: nothing that is built here misses it.
    if let Some(host) = host() {
        metadata.args(["--filter-platform", &host]);
    }
    let output = metadata.current_dir(house.root()).output();
    match output {
        Ok(output) if output.status.success() => {
            Finding::good(about, "all crates are here: no network is needed")
        }
        Ok(output) => {
            let words = String::from_utf8_lossy(&output.stderr);
            let first = words
                .lines()
                .next()
                .unwrap_or("cargo does not say why")
                .to_owned();
            let library = Library::read(house);
            if let Some(stray) = members::unknown_to_lock(house, &library.lock).pop() {
                return Finding::fault(about, stray.what, stray.help);
            }
            let help = match first.contains("lock file") {
                true => {
                    "run `git checkout Cargo.lock`; where a Cargo.toml was changed on purpose, `cargo metadata`"
                }
                false => "run `cargo fetch` while there is a network",
            };
            Finding::fault(about, first, help)
        }
        Err(error) => Finding::fault(
            about,
            format!("failed to run cargo: {error}"),
            "install Rust by rustup",
        ),
    }
}

/// The platform that programs are built for here.
fn host() -> Option<String> {
    let output = Command::new(built::rustc()).arg("-vV").output().ok()?;
    let words = String::from_utf8(output.stdout).ok()?;
    let host = words.lines().find_map(|line| line.strip_prefix("host: "))?;
    Some(host.to_owned())
}

fn folder(house: &House) -> Finding {
    let about = "folder";
    match house.is_writable() {
        Ok(()) => Finding::good(about, "pages and runs have a place in target/"),
        Err(error) => Finding::fault(about, error.what, error.help),
    }
}

fn cores() -> Finding {
    let about = "cores";
    match std::thread::available_parallelism().map_or(1, usize::from) {
        1 => Finding::note(
            about,
            "1 core",
            "everything runs; where the book compares cores, your figures will differ",
        ),
        n => Finding::good(about, format!("{n} cores")),
    }
}

fn open_files() -> Finding {
    let about = "open files";
    // A program may raise its own soft limit as far as the hard one, and `tcp-echo` does.
    let limit = match rlimit::increase_nofile_limit(OPEN_FILES) {
        Ok(limit) => limit,
        Err(error) => {
            let help = "run `ulimit -n` to see it yourself";
            return Finding::note(about, format!("failed to read the limit: {error}"), help);
        }
    };
    let help = format!(
        "run `ulimit -n {OPEN_FILES}` in this terminal; if that is refused, raise `nofile` in \
         /etc/security/limits.conf (Linux), or run `sudo launchctl limit maxfiles {OPEN_FILES}` (macOS)"
    );
    if limit >= OPEN_FILES {
        Finding::good(about, format!("{OPEN_FILES} at once are allowed"))
    } else if limit >= FEW_OPEN_FILES {
        let what = format!("{limit} at once: tcp-echo serves its thousand clients in turns");
        Finding::note(about, what, help)
    } else {
        Finding::fault(
            about,
            format!("only {limit} at once: too few for tcp-echo"),
            help,
        )
    }
}

fn loopback() -> Finding {
    let about = "loopback";
    let talk = || -> std::io::Result<()> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let mut client = TcpStream::connect(listener.local_addr()?)?;
        let (mut server, _) = listener.accept()?;
        server.set_read_timeout(Some(Duration::from_secs(2)))?;
        client.write_all(b"tea")?;
        server.read_exact(&mut [0; 3])
    };
    match talk() {
        Ok(()) => Finding::good(about, "127.0.0.1 carries bytes"),
        Err(error) => Finding::fault(
            about,
            format!("127.0.0.1 does not carry bytes: {error}"),
            "let a firewall or sandbox allow connections from this machine to itself",
        ),
    }
}

fn port() -> Finding {
    let about = "port 3000";
    match TcpListener::bind((Ipv4Addr::LOCALHOST, 3000)) {
        Ok(_) => Finding::good(about, "free for `cargo workbook serve`"),
        Err(_) => Finding::note(
            about,
            "taken",
            "`cargo workbook serve` takes another and prints it; or name one with --port",
        ),
    }
}

/// What a full build with tests takes: CONTRIBUTING.md, *Before you send it*, has what `scripts/measure` says.
const FULL_BUILD: u64 = 1_600_000_000;
/// With room for what changes from machine to machine, and for what an author builds again.
const SPACE: u64 = FULL_BUILD / 4 * 5;

fn space(house: &House) -> Finding {
    let about = "disk";
    let help = format!(
        "a full build takes {}: free some space, or set CARGO_TARGET_DIR to a folder on another disk",
        units::bytes(FULL_BUILD as f64)
    );
    match free_space(house.root()) {
        Some(free) if free < SPACE => {
            Finding::fault(about, format!("{} free", units::bytes(free as f64)), help)
        }
        Some(free) => Finding::good(about, format!("{} free", units::bytes(free as f64))),
        None => {
            let help = format!("a full build takes {}", units::bytes(FULL_BUILD as f64));
            Finding::note(about, "this system does not tell", help)
        }
    }
}

#[cfg(unix)]
fn free_space(folder: &Path) -> Option<u64> {
    let stat = nix::sys::statvfs::statvfs(folder).ok()?;
    // These have another width on macOS.
    #[allow(clippy::useless_conversion)]
    let (blocks, size) = (
        u64::from(stat.blocks_available()),
        u64::from(stat.fragment_size()),
    );
    Some(blocks * size)
}

#[cfg(not(unix))]
fn free_space(_: &Path) -> Option<u64> {
    None
}

fn figures() -> Finding {
    let about = "figures";
    match std::env::consts::OS {
        "linux" => Finding::good(about, "time, memory, threads and switches can be measured"),
        "macos" => Finding::note(
            about,
            "threads cannot be counted here",
            "claims about threads are not checked on this system, and said so",
        ),
        _ => Finding::note(
            about,
            "of a run only the time on the clock can be measured here",
            "claims about CPU, memory and threads are not checked on this system, and said so",
        ),
    }
}

/// Whether what some programs need is here; `None` where no program of the book does.
fn need(library: &Library, need: Need) -> Option<Finding> {
    let snippets = library.snippets.iter();
    let needing = snippets.filter(|snippet| snippet.spec.needs.contains(&need));
    let needing: Vec<_> = needing.map(Snippet::id).collect();
    if needing.is_empty() {
        return None;
    }
    let (about, programs) = (need.name(), needing.join(", "));
    let Some(why) = need.refusal() else {
        let what = format!("is here, for {}", units::count(needing.len(), "program"));
        return Some(Finding::good(about, what));
    };
    let help = match need {
        Need::IoUring => {
            "Docker allows it by `--security-opt seccomp=unconfined`, an administrator by `sysctl kernel.io_uring_disabled=0`"
        }
    };
    let help = format!("these are not checked, and said so: {programs}; on Linux, {help}");
    Some(Finding::note(about, format!("missing: {why}"), help))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_compiler_is_as_new_as_it_must_be_or_not() {
        for version in ["1.95.0", "1.95.1", "1.100.0", "1.96.0-nightly"] {
            assert!(is_enough(version, "1.95"), "{version}");
        }
        for version in ["1.94.1", "1.9.0", "unknown"] {
            assert!(!is_enough(version, "1.95"), "{version}");
        }
        assert!(is_enough("1.95.0", "1.95.0"));
        assert!(is_enough("1.0.0", ""), "nothing is wanted");
    }
}
