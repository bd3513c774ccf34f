//! `cargo workbook doctor`: whether this machine can run every chapter, and how to mend what cannot.
//!
//! It runs `scripts/doctor.sh`, or `doctor.ps1` on Windows, which need no tool and are asked before there is one. They
//! look at the machine, and `doctor.txt` has their limits and words. Here is added what only the tool knows: the book.

use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};
use serde::Deserialize;

use crate::book::house::House;
use crate::book::library::Library;
use crate::book::members;
use crate::book::needs::Need;
use crate::book::snippet::Snippet;
use crate::model::units;
use crate::terminal::say;

/// The scripts as they were when the tool was built: they are there for any book, also where the tool is installed.
const SCRIPTS: [(&str, &str); 4] = [
    ("doctor.sh", include_str!("../../../doctor.sh")),
    ("doctor.ps1", include_str!("../../../doctor.ps1")),
    ("doctor.rs", include_str!("../../../doctor.rs")),
    ("doctor.txt", WORDS),
];
const WORDS: &str = include_str!("../../../doctor.txt");

/// What a script says with `--json`.
#[derive(Debug, Deserialize)]
struct Preflight {
    findings: Vec<Finding>,
}

/// What was found about one thing.
#[derive(Debug, Deserialize)]
struct Finding {
    mark: Mark,
    /// The thing and its state, by which `doctor.txt` knows it. Empty where it is the tool's own.
    #[serde(default)]
    key: String,
    about: String,
    what: String,
    /// How to mend it, where it is not well.
    help: Option<String>,
}

/// How bad it is, the best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
enum Mark {
    #[serde(rename = "ok")]
    Well,
    /// Something runs slower or shows less.
    #[serde(rename = "note")]
    Note,
    /// Some chapter cannot run.
    #[serde(rename = "FAULT")]
    Fault,
}

impl Mark {
    fn name(self) -> &'static str {
        match self {
            Self::Well => "ok",
            Self::Note => "note",
            Self::Fault => "FAULT",
        }
    }
}

/// Looks at the machine and says what it found. Returns whether every chapter can run.
pub(crate) fn doctor(house: &House) -> Result<bool> {
    let library = Library::read(house);
    let mut findings = preflight(house).unwrap_or_else(|error| vec![not_looked_at(&error)]);
    for finding in &mut findings {
        name_the_stray(house, &library, finding);
    }
    findings.extend(Need::ALL.into_iter().filter_map(|it| need(&library, it)));
    // What is to be mended stands last, where one looks first.
    findings.sort_by_key(|it| it.mark);
    for finding in &findings {
        let Finding { about, what, .. } = finding;
        say!("{:<6}{about:<14}{what}", finding.mark.name());
        if let Some(help) = &finding.help {
            say!("{:20}help: {help}", "");
        }
    }
    let is_fault = |it: &&Finding| it.mark == Mark::Fault;
    let faults = findings.iter().filter(is_fault).count();
    let end = match faults {
        0 => words("end.ok").to_owned(),
        1 => words("end.fault").to_owned(),
        n => words("end.faults").replace("{faults}", &n.to_string()),
    };
    say!("\n{end}");
    Ok(faults == 0)
}

/// The text that `doctor.txt` has for a key.
fn words(key: &str) -> &'static str {
    let mut lines = WORDS.lines().filter_map(|line| line.split_once(" = "));
    let line = lines.find(|(it, _)| *it == key);
    line.expect("a test holds that it is there").1
}

/// What the script of this system finds.
fn preflight(house: &House) -> Result<Vec<Finding>> {
    let folder = tempfile::tempdir().context("failed to make a temporary folder")?;
    for (name, text) in SCRIPTS {
        let file = folder.path().join(name);
        std::fs::write(&file, text)
            .with_context(|| format!("failed to write `{}`", file.display()))?;
    }
    let (shell, script) = if cfg!(windows) {
        let powershell = "powershell -NoProfile -ExecutionPolicy Bypass -File";
        (powershell, "doctor.ps1")
    } else {
        ("sh", "doctor.sh")
    };
    let mut shell = shell.split(' ');
    let mut doctor = Command::new(shell.next().expect("it has a name"));
    doctor.args(shell).arg(folder.path().join(script));
    doctor.args(["--json", "--root"]).arg(house.root());
    let output = doctor.stdin(Stdio::null()).output();
    let output = output.with_context(|| format!("failed to start {script}"))?;
    let said = String::from_utf8_lossy(&output.stderr);
    // It ends with 1 where it has found a fault.
    let ended = output.status;
    ensure!(
        matches!(ended.code(), Some(0 | 1)),
        "{script}: {ended}: {}",
        said.trim()
    );
    let found: Preflight = serde_json::from_slice(&output.stdout)
        .with_context(|| format!("failed to read what {script} says: {}", said.trim()))?;
    Ok(found.findings)
}

fn not_looked_at(error: &anyhow::Error) -> Finding {
    let script = if cfg!(windows) {
        r"scripts\doctor.cmd"
    } else {
        "sh scripts/doctor.sh"
    };
    Finding {
        mark: Mark::Fault,
        key: String::new(),
        about: "machine".to_owned(),
        what: format!("not looked at: {error:#}"),
        help: Some(format!("run `{script}` in the clone: it may say why")),
    }
}

/// Where cargo complains of its lock file because of a package that does not belong to the book, that is named.
fn name_the_stray(house: &House, library: &Library, finding: &mut Finding) {
    if finding.mark != Mark::Fault || !finding.key.starts_with("crates.") {
        return;
    }
    if let Some(stray) = members::unknown_to_lock(house, &library.lock).pop() {
        finding.what = stray.what;
        finding.help = Some(stray.help);
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
    let (mark, what, help) = match need.refusal() {
        None => {
            let what = format!("is here, for {}", units::count(needing.len(), "program"));
            (Mark::Well, what, None)
        }
        Some(why) => {
            let cure = match need {
                Need::IoUring => {
                    "Docker allows it by `--security-opt seccomp=unconfined`, an administrator by `sysctl kernel.io_uring_disabled=0`"
                }
            };
            let programs = needing.join(", ");
            let help = format!("these are not checked, and said so: {programs}; on Linux, {cure}");
            (Mark::Note, format!("missing: {why}"), Some(help))
        }
    };
    let about = need.name().to_owned();
    let key = String::new();
    Some(Finding {
        mark,
        key,
        about,
        what,
        help,
    })
}
