//! A snippet: a whole program of a chapter, and what its manifest says of it.

use std::fmt;

pub(crate) use workbook_shim::protocol::Signal;

use crate::book::needs::Need;
use crate::model::claim::{Assertion, Claim};
use crate::model::normal::Order;
use crate::model::pattern::Pattern;
use crate::model::run::Ending;

/// A program of the book.
#[derive(Debug, Clone)]
pub(crate) struct Snippet {
    pub(crate) chapter: String,
    pub(crate) name: String,
    pub(crate) kind: SnippetKind,
    /// The program's main file, relative to the root.
    pub(crate) source: String,
    pub(crate) spec: Spec,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SnippetKind {
    /// `src/main.rs`, the chapter's lead.
    Lead,
    /// `examples/NAME.rs`
    Example,
    /// `compile_fail/NAME.rs`, which the compiler must refuse.
    CompileFail,
}

/// What `[package.metadata.workbook.NAME]` says.
#[derive(Debug, Clone, PartialEq)]
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
    /// What it needs of the system, and may not get there.
    pub(crate) needs: Vec<Need>,
    pub(crate) signal: Option<Signal>,
    pub(crate) fails: Option<ExpectedError>,
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
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum ExpectedError {
    Code(String),
    Message(Pattern),
}

impl ExpectedError {
    /// Reads `E0728`, or `/regex/` for an error without a code.
    ///
    /// # Errors
    /// Says why it is neither.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let is_code = text.len() == 5
            && text.starts_with('E')
            && text[1..].bytes().all(|byte| byte.is_ascii_digit());
        if is_code {
            return Ok(Self::Code(text.to_owned()));
        }
        Pattern::parse(text)
            .map(Self::Message)
            .map_err(|error| format!("neither an error code nor a regex: {error}"))
    }
}

impl fmt::Display for ExpectedError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Code(code) => f.write_str(code),
            Self::Message(pattern) => write!(f, "{pattern}"),
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
            needs: Vec::new(),
            signal: None,
            fails: None,
            warns: None,
            line: 0,
        }
    }
}

impl Spec {
    /// Whether a run of the one is held against what a run of the other is: whatever is said about it, and wherever.
    pub(crate) fn is_run_as(&self, other: &Self) -> bool {
        let essence = |spec: &Self| Self {
            about: String::new(),
            line: 0,
            ..spec.clone()
        };
        essence(self) == essence(other)
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
            SnippetKind::CompileFail => Profile::Dev,
            SnippetKind::Lead | SnippetKind::Example => self.spec.profile,
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
            SnippetKind::Lead => format!("cargo run{release} -p {}", self.chapter),
            SnippetKind::Example => format!("cargo run{release} --example {}", self.name),
            SnippetKind::CompileFail => {
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
        if self.kind == SnippetKind::CompileFail {
            return Ending::Refused(match &self.spec.fails {
                Some(ExpectedError::Code(code)) => Some(code.clone()),
                _ => None,
            });
        }
        self.spec
            .claims
            .iter()
            .find_map(|claim| match &claim.kind {
                Assertion::Ends(ending) => Some(ending.clone()),
                _ => None,
            })
            .unwrap_or(Ending::Ok)
    }

    /// What its claims say of the order of its output.
    pub(crate) fn order(&self) -> Option<Order> {
        self.spec.claims.iter().find_map(Claim::order)
    }

    /// Whether it can run on this system.
    pub(crate) fn runs_here(&self) -> bool {
        self.is_of_this_system() && self.missing().is_none()
    }

    /// Why it cannot run on this system, as what is said of it: `runs on linux only`. `None` where it can.
    pub(crate) fn why_not_here(&self) -> Option<String> {
        if !self.is_of_this_system() {
            return Some(format!("runs on {} only", self.spec.platforms.join(", ")));
        }
        let (need, why) = self.missing()?;
        Some(format!("needs {need}, and this system has none: {why}"))
    }

    /// The first of its needs that is missing here, and why that is.
    fn missing(&self) -> Option<(Need, &'static str)> {
        let needs = self.spec.needs.iter();
        needs.copied().find_map(|it| Some((it, it.refusal()?)))
    }

    fn is_of_this_system(&self) -> bool {
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
