//! A snippet: a whole program of a chapter, and what its manifest says of it.

use std::fmt;

use crate::model::claim::Claim;
use crate::model::recording::Ending;
use regex::Regex;
pub(crate) use workbook_shim::protocol::Signal;

/// A program of the book.
#[derive(Debug, Clone)]
pub(crate) struct Snippet {
    pub(crate) chapter: String,
    pub(crate) name: String,
    pub(crate) kind: Kind,
    /// The program's main file, relative to the root.
    pub(crate) source: String,
    pub(crate) spec: Spec,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// `src/main.rs`, the chapter's lead.
    Lead,
    /// `examples/NAME.rs`
    Example,
    /// `compile_fail/NAME.rs`, which the compiler must refuse.
    CompileFail,
}

/// What `[package.metadata.workbook.NAME]` says.
#[derive(Debug, Clone)]
pub(crate) struct Spec {
    pub(crate) about: String,
    pub(crate) claims: Vec<Claim>,
    /// Seconds after which a run is stopped.
    pub(crate) deadline: f64,
    /// Nothing runs beside it.
    pub(crate) alone: bool,
    pub(crate) profile: Profile,
    pub(crate) args: Vec<String>,
    /// Where it can run; empty for everywhere.
    pub(crate) platforms: Vec<String>,
    pub(crate) signal: Option<Signal>,
    pub(crate) fails: Option<Failure>,
    /// The lint whose warning is the lesson.
    pub(crate) warns: Option<String>,
    /// The line of the table in the chapter's manifest.
    pub(crate) line: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Profile {
    Dev,
    Release,
}

/// The error that a program in `compile_fail/` must give.
#[derive(Debug, Clone)]
pub(crate) enum Failure {
    Code(String),
    Message(Regex),
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Code(code) => f.write_str(code),
            Self::Message(regex) => write!(f, "/{regex}/"),
        }
    }
}

impl Default for Spec {
    fn default() -> Self {
        Self {
            about: String::new(),
            claims: Vec::new(),
            deadline: 10.0,
            alone: false,
            profile: Profile::Dev,
            args: Vec::new(),
            platforms: Vec::new(),
            signal: None,
            fails: None,
            warns: None,
            line: 0,
        }
    }
}

impl Profile {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Dev => "dev",
            Self::Release => "release",
        }
    }
}

impl Snippet {
    /// `CHAPTER/NAME`
    pub(crate) fn id(&self) -> String {
        format!("{}/{}", self.chapter, self.name)
    }

    /// The recording's path, relative to the root.
    pub(crate) fn recording_path(&self) -> String {
        format!("chapters/{}/recordings/{}.json", self.chapter, self.name)
    }

    /// The profile that it is built under. What must not compile is compiled against what its chapter's lead is.
    pub(crate) fn profile(&self) -> Profile {
        match self.kind {
            Kind::CompileFail => Profile::Dev,
            Kind::Lead | Kind::Example => self.spec.profile,
        }
    }

    /// The chapter's manifest, relative to the root.
    pub(crate) fn manifest_path(&self) -> String {
        manifest_path(&self.chapter)
    }

    /// What a reader types to run it, at the root of the clone.
    pub(crate) fn command(&self) -> String {
        let release = match self.spec.profile {
            Profile::Dev => "",
            Profile::Release => " --release",
        };
        let mut command = match self.kind {
            Kind::Lead => format!("cargo run{release} -p {}", self.chapter),
            Kind::Example => format!("cargo run{release} --example {}", self.name),
            Kind::CompileFail => {
                return format!("cargo workbook check {}", self.id());
            }
        };
        if !self.spec.args.is_empty() {
            command.push_str(" -- ");
            command.push_str(&self.spec.args.join(" "));
        }
        command
    }

    /// How its runs must end.
    pub(crate) fn expected_ending(&self) -> Ending {
        if self.kind == Kind::CompileFail {
            return Ending::Refused(match &self.spec.fails {
                Some(Failure::Code(code)) => Some(code.clone()),
                _ => None,
            });
        }
        self.spec
            .claims
            .iter()
            .find_map(|claim| match &claim.kind {
                crate::model::claim::Kind::Ends(ending) => Some(ending.clone()),
                _ => None,
            })
            .unwrap_or(Ending::Ok)
    }

    /// Whether it can run on this system.
    pub(crate) fn runs_here(&self) -> bool {
        use std::env::consts::{ARCH, OS};
        let is_this = |platform: &String| *platform == OS || *platform == format!("{OS}-{ARCH}");
        let platforms = &self.spec.platforms;
        platforms.is_empty() || platforms.iter().any(is_this)
    }
}

/// A chapter's manifest, relative to the root.
pub(crate) fn manifest_path(chapter: &str) -> String {
    format!("chapters/{chapter}/Cargo.toml")
}
