//! Runs cargo: builds the snippets once, those of each profile in one go, and again what is not surely of the files as
//! they stand.

use std::collections::{BTreeSet, HashMap};
use std::process::Stdio;

use anyhow::{Context, Result};
use cargo_metadata::Message;
use cargo_metadata::diagnostic::DiagnosticLevel;
use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::{ChildStderr, ChildStdout};

use crate::book::house::House;
use crate::book::library::Library;
use crate::book::snippet::{Profile, Snippet, SnippetKind};
use crate::exec::build_process::BuildProcess;
use crate::exec::built::{Built, is_library, note_artifact, note_script, note_unit};
use crate::exec::ties::Ties;
use crate::exec::turn::BuildTurn;
use crate::model::problem::Problem;
use crate::terminal::complain;

/// How cargo is run.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct BuildOptions {
    /// `Cargo.lock` stays as it is; where it would have to change, that is a problem.
    pub(crate) locked: bool,
    /// Cargo's own words are kept in [`Built::words`] and not shown.
    pub(crate) quiet: bool,
}

/// How far a cargo has come.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct CargoProgress {
    /// Another cargo, or another process of this clone, has locked what it needs.
    pub(crate) waits: bool,
    /// The libraries that it has compiled.
    pub(crate) crates: usize,
    /// The programs that are there.
    pub(crate) programs: usize,
}

/// Builds the snippets, those of each profile in one go.
///
/// # Errors
/// Where cargo cannot be run at all. What does not compile is a problem in [`Built`].
pub(crate) async fn build(library: &Library, snippets: &[&Snippet]) -> Result<Built> {
    build_in(BuildOptions::default(), library, snippets, |_| {}).await
}

/// The same, with a say in how cargo is run, and told to `handle` while it goes on. Who drops the future ends cargo.
///
/// # Errors
/// Where cargo cannot be run at all.
pub(crate) async fn build_in(
    options: BuildOptions,
    library: &Library,
    snippets: &[&Snippet],
    handle: impl FnMut(&CargoProgress),
) -> Result<Built> {
    let mut built = Built::default();
    let stops = library.stops_cargo(snippets);
    if let Some(problem) = stops.first() {
        built.words = problem.to_string();
        built.problems = stops;
        return Ok(built);
    }
    for snippet in snippets {
        // As they are before the build: they are kept, and held against those after the runs.
        library.settings.of(&library.lock, snippet);
    }
    let mut told = CargoSaid {
        progress: CargoProgress::default(),
        handle,
    };
    for profile in [Profile::Dev, Profile::Release] {
        let mut wanted = snippets.to_vec();
        wanted.retain(|snippet| !built.failed(snippet));
        if !targets(&wanted, profile, &built).is_empty() {
            let now = build_surely(options, profile, library, &wanted, &mut told).await?;
            built.extend(now);
        }
    }
    built.inspect(library, snippets);
    Ok(built)
}

/// How often what is not surely of the files as they stand is built again, before it is refused.
const AGAIN: usize = 2;

/// Builds the snippets of one profile until each program is tied to the contents of the files that it is made of.
async fn build_surely(
    options: BuildOptions,
    profile: Profile,
    library: &Library,
    snippets: &[&Snippet],
    told: &mut CargoSaid<impl FnMut(&CargoProgress)>,
) -> Result<Built> {
    let waits = || {
        told.change(|it| it.waits = true);
        if !options.quiet {
            complain!("waiting for another process that builds in this clone");
        }
    };
    let _turn = BuildTurn::take(&library.house, waits).await;
    told.change(|it| it.waits = false);
    let mut ties = Ties::before(library, snippets);
    let mut again = 0;
    loop {
        let mut built = build_once(options, profile, library, snippets, told).await?;
        let untied = ties.tie(&library.house, &built.units);
        if untied.is_empty() || again == AGAIN {
            built.take_ties(library, &ties, &untied);
            return Ok(built);
        }
        again += 1;
        let mut left = BTreeSet::new();
        for unit in untied {
            if !unit.remove() || again == AGAIN {
                let target = unit.target().map(str::to_owned);
                left.insert((unit.package, target));
            }
        }
        for (package, target) in left {
            clean(library, profile, &package, target).await?;
        }
    }
}

/// Has cargo forget what it has built of a package.
async fn clean(
    library: &Library,
    profile: Profile,
    package: &str,
    target: Option<String>,
) -> Result<()> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut cargo = tokio::process::Command::new(cargo);
    cargo
        .args(["clean", "--quiet", "--package", package, "--profile"])
        .arg(profile.name())
        .current_dir(library.house.root())
        .stdin(Stdio::null());
    if let Some(target) = target {
        // It does not take this from its configuration, as a build does.
        cargo.args(["--target", &target]);
    }
    // Where it fails, what it should have removed is found again.
    BuildProcess::start(&mut cargo)?.end().await?;
    Ok(())
}

async fn build_once(
    options: BuildOptions,
    profile: Profile,
    library: &Library,
    snippets: &[&Snippet],
    told: &mut CargoSaid<impl FnMut(&CargoProgress)>,
) -> Result<Built> {
    let mut built = Built::default();
    let all = targets(snippets, profile, &built);
    let all = cargo_build(options, profile, library, &all, snippets, &mut built, told);
    if !all.await? {
        // What did not fail is built, but cargo has not yet put the list of what it is made of where it
        // belongs. Once more for what is there, and what the compiler says of it is heard already.
        let mut there = snippets.to_vec();
        there.retain(|snippet| built.programs.contains_key(&snippet.id()));
        let sound = targets(&there, profile, &built);
        if !sound.is_empty() {
            let mut second = Built::default();
            cargo_build(options, profile, library, &sound, &there, &mut second, told).await?;
        }
    }
    Ok(built)
}

/// The arguments that name the programs of a profile, but for those that are known not to compile.
fn targets(snippets: &[&Snippet], profile: Profile, built: &Built) -> Vec<String> {
    let mut targets = BTreeSet::new();
    for snippet in snippets.iter().filter(|snippet| !built.failed(snippet)) {
        let lead = ("--bin", snippet.chapter.as_str());
        match snippet.kind {
            // It is not built, but what it depends on is, with the lead of its chapter.
            SnippetKind::CompileFail if profile == Profile::Dev => targets.insert(lead),
            SnippetKind::Lead if snippet.spec.profile == profile => targets.insert(lead),
            SnippetKind::Example if snippet.spec.profile == profile => {
                targets.insert(("--example", snippet.name.as_str()))
            }
            _ => false,
        };
    }
    if targets.is_empty() {
        return Vec::new();
    }
    let named = targets.into_iter().flat_map(|(kind, name)| [kind, name]);
    let mut arguments: Vec<_> = named.map(str::to_owned).collect();
    // With the features that the whole workspace asks for, as `cargo test --workspace` builds them: or
    // dependencies would be compiled once for the tests and once for this. Only what is named is built.
    arguments.push("--workspace".to_owned());
    if profile == Profile::Release {
        arguments.push("--release".to_owned());
    }
    arguments
}

/// Returns whether all of it could be built.
async fn cargo_build(
    options: BuildOptions,
    profile: Profile,
    library: &Library,
    arguments: &[String],
    snippets: &[&Snippet],
    built: &mut Built,
    told: &mut CargoSaid<impl FnMut(&CargoProgress)>,
) -> Result<bool> {
    let house = &library.house;
    let mut cargo = Running::start(options, house, arguments)?;
    let by_source: HashMap<_, _> = snippets
        .iter()
        .map(|snippet| (snippet.source.as_str(), *snippet))
        .collect();
    let mut words = String::new();
    while let Some(line) = cargo.next_line().await {
        let message = match line {
            Said::Message(line) => {
                told.change(|it| it.waits = false);
                Message::parse_stream(line.as_bytes()).next()
            }
            Said::Words(line) => {
                told.change(|it| it.waits = waits_for_another(&line));
                words.push_str(&line);
                words.push('\n');
                continue;
            }
        };
        match message
            .transpose()
            .context("failed to read cargo's messages")?
        {
            Some(Message::CompilerArtifact(artifact)) => {
                let is_new_crate = !artifact.fresh && is_library(&artifact);
                note_unit(house, profile, &by_source, built, &artifact);
                note_artifact(house, profile, &by_source, built, artifact);
                told.change(|it| {
                    it.crates += usize::from(is_new_crate);
                    it.programs = it.programs.max(built.programs.len());
                });
            }
            Some(Message::BuildScriptExecuted(script)) => {
                note_script(built, &script);
                // `native=…`, or another kind and a path.
                let paths = script.linked_paths.into_iter();
                built.native.extend(paths.map(Into::into));
            }
            Some(Message::CompilerMessage(message)) => {
                let source = house.relative(message.target.src_path.as_std_path());
                match by_source.get(source.as_str()) {
                    Some(snippet) => {
                        let edition = message.target.edition;
                        built.editions.insert(snippet.chapter.clone(), edition);
                        built
                            .diagnostics
                            .entry(snippet.id())
                            .or_default()
                            .push(message.message);
                    }
                    None => {
                        let words = message.message.rendered.unwrap_or_default();
                        if options.quiet {
                            built.words.push_str(&words);
                        } else {
                            complain!("{}", words.strip_suffix('\n').unwrap_or(&words));
                        }
                    }
                }
            }
            _ => {}
        }
    }
    let status = cargo.cargo.end().await?;
    built.words.push_str(&words);
    let explained = built
        .diagnostics
        .values()
        .flatten()
        .any(|diagnostic| diagnostic.level == DiagnosticLevel::Error);
    if !status.success() && !explained {
        let help = "cargo's own words stand above; the snippets could not be run";
        let what = format!("`cargo build` failed ({status})");
        built
            .problems
            .push(Problem::new("Cargo.toml", 0, what, help));
    }
    Ok(status.success())
}

/// A cargo that builds.
#[derive(Debug)]
struct Running {
    cargo: BuildProcess,
    messages: Lines<BufReader<ChildStdout>>,
    /// Where its own words are not shown.
    words: Option<Lines<BufReader<ChildStderr>>>,
}

/// A line of what cargo says.
#[derive(Debug)]
enum Said {
    /// In JSON.
    Message(String),
    /// For people.
    Words(String),
}

impl Running {
    fn start(options: BuildOptions, house: &House, arguments: &[String]) -> Result<Self> {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let mut cargo = tokio::process::Command::new(cargo);
        cargo
            .args(["build", "--keep-going", "--message-format=json"])
            .args(arguments)
            .current_dir(house.root())
            .stdin(Stdio::null())
            .stdout(Stdio::piped());
        if options.locked {
            cargo.arg("--locked");
        }
        if options.quiet {
            cargo.stderr(Stdio::piped());
        }
        let mut cargo = BuildProcess::start(&mut cargo)?;
        let messages = cargo.stdout()?;
        let words = cargo.stderr();
        Ok(Self {
            cargo,
            messages: BufReader::new(messages).lines(),
            words: words.map(|pipe| BufReader::new(pipe).lines()),
        })
    }

    /// What it says next, on either pipe; none when it has closed both.
    async fn next_line(&mut self) -> Option<Said> {
        let words = async {
            match &mut self.words {
                Some(words) => words.next_line().await,
                None => Ok(None),
            }
        };
        tokio::select! {
            Ok(Some(line)) = self.messages.next_line() => Some(Said::Message(line)),
            Ok(Some(line)) = words => Some(Said::Words(line)),
            else => None,
        }
    }
}

/// Whom a build tells how far it has come.
struct CargoSaid<F> {
    progress: CargoProgress,
    handle: F,
}

impl<F: FnMut(&CargoProgress)> CargoSaid<F> {
    fn change(&mut self, change: impl FnOnce(&mut CargoProgress)) {
        let before = self.progress.clone();
        change(&mut self.progress);
        if self.progress != before {
            (self.handle)(&self.progress);
        }
    }
}

/// Whether cargo says that another has locked what it needs: `Blocking waiting for file lock on artifact directory`.
fn waits_for_another(words: &str) -> bool {
    words.contains("waiting for file lock on ")
}
