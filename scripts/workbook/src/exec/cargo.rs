//! Builds the snippets once with cargo, tells which files they are made of, and asks the compiler about the
//! programs that it must refuse.

use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::sync::OnceLock;

use anyhow::{Context, Result};
use cargo_metadata::diagnostic::{Diagnostic, DiagnosticLevel};
use cargo_metadata::{Artifact, ArtifactDebuginfo, ArtifactProfile, Edition, Message, TargetKind};
use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStderr, ChildStdout};

use crate::book::house::House;
use crate::book::library::Library;
use crate::book::snippet::{Profile, Snippet, SnippetKind};
use crate::exec::compiler_report::{CompilerRefusal, CompilerReport, judge, rendered};
use crate::exec::ties::{self, BuiltKind, BuiltUnit, SourceHashes, Tie, Ties, files_listed};
use crate::model::normal::Scrubber;
use crate::model::problem::Problem;
use crate::terminal::complain;

/// How cargo is run.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct BuildOptions {
    /// `Cargo.lock` stays as it is; where it would have to change, that is a problem.
    pub(crate) locked: bool,
    /// Cargo's own words are kept in [`Built::words`] and not shown.
    pub(crate) quiet: bool,
    /// Cargo and its compilers hear no key that is pressed in the terminal: they are ended when nobody waits for the
    /// build any more.
    pub(crate) detached: bool,
}

/// How far a cargo has come.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct CargoProgress {
    /// Another cargo has locked what it needs.
    pub(crate) waits: bool,
    /// The libraries that it has compiled.
    pub(crate) crates: usize,
    /// The programs that are there.
    pub(crate) programs: usize,
}

/// What a build gave.
#[derive(Debug, Default)]
pub(crate) struct Built {
    /// The programs by snippet id.
    pub(crate) programs: HashMap<String, PathBuf>,
    /// The warnings and errors of each snippet's own source, by id.
    diagnostics: HashMap<String, Vec<Diagnostic>>,
    /// Libraries that a program can be compiled against.
    libraries: Vec<Dependency>,
    /// Where the libraries of other languages are that those need.
    native: BTreeSet<PathBuf>,
    /// The version of each chapter's package.
    versions: HashMap<String, String>,
    /// The edition of each chapter, as its programs were built.
    editions: HashMap<String, Edition>,
    /// How cargo has the compiler generate code under each profile.
    profiles: HashMap<Profile, ArtifactProfile>,
    /// What is surely in each program, by snippet id.
    ties: HashMap<String, Tie>,
    /// The contents of the book's own libraries, by package.
    library_sources: HashMap<String, SourceHashes>,
    /// What was built of the book's own.
    units: Vec<BuiltUnit>,
    pub(crate) problems: Vec<Problem>,
    /// What cargo itself said, where it was quiet.
    pub(crate) words: String,
}

/// A library that cargo has built.
#[derive(Debug)]
struct Dependency {
    /// As it is written in a program: with `_` for `-`.
    name: String,
    version: String,
    profile: Profile,
    file: PathBuf,
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
    let mut built = Built {
        problems: library.stops_cargo(snippets),
        ..Built::default()
    };
    if let Some(problem) = built.problems.first() {
        built.words = problem.to_string();
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
    let mut ties = Ties::before(library, snippets);
    let mut again = 0;
    loop {
        let mut built = build_once(options, profile, library, snippets, told).await?;
        let mut untied = ties.tie(&library.house, &built.units);
        if untied.is_empty() || again == AGAIN {
            built.take_ties(library, &ties, &untied);
            return Ok(built);
        }
        again += 1;
        let of_program = |unit: &BuiltUnit| unit.fresh && unit.kind == BuiltKind::Program;
        if untied.iter().any(of_program) {
            // It may have another part by a build script, for which cargo goes by dates as well.
            let scripts = built.units.iter();
            untied.extend(
                scripts
                    .filter(|it| it.kind == BuiltKind::BuildScript)
                    .cloned(),
            );
        }
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
    cargo.status().await.context("failed to start cargo")?;
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
    let status = cargo.end().await?;
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
    cargo: Child,
    messages: Lines<BufReader<ChildStdout>>,
    /// Where its own words are not shown.
    words: Option<Lines<BufReader<ChildStderr>>>,
    #[cfg(unix)]
    detached: bool,
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
            .stdout(Stdio::piped())
            .kill_on_drop(options.detached);
        if options.locked {
            cargo.arg("--locked");
        }
        if options.quiet {
            cargo.stderr(Stdio::piped());
        }
        #[cfg(unix)]
        if options.detached {
            cargo.process_group(0);
        }
        let mut cargo = cargo.spawn().context("failed to start cargo")?;
        let messages = cargo.stdout.take();
        let messages = messages.context("cargo has no standard output")?;
        let words = cargo.stderr.take();
        Ok(Self {
            cargo,
            messages: BufReader::new(messages).lines(),
            words: words.map(|pipe| BufReader::new(pipe).lines()),
            #[cfg(unix)]
            detached: options.detached,
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

    async fn end(mut self) -> Result<ExitStatus> {
        let status = self.cargo.wait().await;
        status.context("failed to wait for cargo")
    }
}

#[cfg(unix)]
impl Drop for Running {
    /// Where it has not ended by itself, the compilers that it has started go with it.
    fn drop(&mut self) {
        if self.detached
            && let Some(id) = self.cargo.id()
        {
            use nix::sys::signal::{Signal, killpg};
            // Its group has its number. It may be at its end just now.
            let group = nix::unistd::Pid::from_raw(id.cast_signed());
            let _ = killpg(group, Signal::SIGTERM);
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

/// Whether it is something that a program can be compiled against.
fn is_library(artifact: &Artifact) -> bool {
    let is = |kind: &TargetKind| artifact.target.kind.contains(kind);
    is(&TargetKind::Lib) || is(&TargetKind::RLib) || is(&TargetKind::ProcMacro)
}

/// Notes what is the book's own; a registry's packages never change.
fn note_unit(
    house: &House,
    profile: Profile,
    by_source: &HashMap<&str, &Snippet>,
    built: &mut Built,
    artifact: &Artifact,
) {
    if !artifact.package_id.repr.starts_with("path+file:") {
        return;
    }
    let is_script = artifact.target.kind.contains(&TargetKind::CustomBuild);
    let source = house.relative(artifact.target.src_path.as_std_path());
    let (kind, file) = match &artifact.executable {
        _ if is_script => (BuiltKind::BuildScript, artifact.filenames.first()),
        Some(program) => (BuiltKind::Program, Some(program)),
        None if is_library(artifact) => (BuiltKind::Library, artifact.filenames.first()),
        None => return,
    };
    let Some(file) = file else { return };
    let of_profile = |it: &&&Snippet| it.profile() == profile;
    let snippet = by_source.get(source.as_str()).filter(of_profile);
    let snippet = snippet.map(|snippet| snippet.id());
    // `…#name@1.2.3`, or `…/name#1.2.3`.
    let (place, id) = artifact
        .package_id
        .repr
        .rsplit_once('#')
        .unwrap_or_default();
    let package = match id.split_once('@') {
        Some((name, _)) => name,
        None => place.rsplit('/').next().unwrap_or_default(),
    };
    built.units.push(BuiltUnit {
        snippet,
        package: package.to_owned(),
        folder: artifact
            .manifest_path
            .parent()
            .map(|it| it.as_std_path().to_owned())
            .unwrap_or_default(),
        kind,
        file: file.as_std_path().to_owned(),
        fresh: artifact.fresh,
    });
}

fn note_artifact(
    house: &House,
    profile: Profile,
    by_source: &HashMap<&str, &Snippet>,
    built: &mut Built,
    artifact: Artifact,
) {
    // `…#name@1.2.3`, or `…#1.2.3` where the folder has the package's name.
    let id = &artifact.package_id.repr;
    let version = id.rsplit(['#', '@']).next().unwrap_or_default().to_owned();
    if let Some(program) = artifact.executable {
        let source = house.relative(artifact.target.src_path.as_std_path());
        if let Some(snippet) = by_source.get(source.as_str()) {
            // The lead is built for what must not compile, too, and may be recorded under another profile.
            if snippet.profile() == profile {
                let program = program.into_std_path_buf();
                built.programs.insert(snippet.id(), program);
            }
            built.versions.insert(snippet.chapter.clone(), version);
            let edition = artifact.target.edition;
            built.editions.insert(snippet.chapter.clone(), edition);
            built.profiles.insert(profile, artifact.profile);
        }
    } else if is_library(&artifact) {
        let file = artifact
            .filenames
            .iter()
            .find(|file| !matches!(file.extension(), Some("rmeta" | "d" | "pdb")));
        if let Some(file) = file {
            built.libraries.push(Dependency {
                name: artifact.target.name.replace('-', "_"),
                version,
                profile,
                file: file.as_std_path().to_owned(),
            });
        }
    }
}

impl Built {
    fn failed(&self, snippet: &Snippet) -> bool {
        let diagnostics = self.diagnostics.get(&snippet.id());
        diagnostics.is_some_and(|all| all.iter().any(|it| it.level == DiagnosticLevel::Error))
    }

    /// What the compiler says against a program; empty where it has nothing to say.
    pub(crate) fn objections(&self, snippet: &Snippet, scrubber: &Scrubber) -> Vec<String> {
        let all = self.diagnostics.get(&snippet.id());
        all.map_or(&[][..], Vec::as_slice)
            .iter()
            .filter(|it| it.level == DiagnosticLevel::Error)
            .flat_map(|it| rendered(it, scrubber))
            .collect()
    }

    /// Finds what did not compile, warned without saying so, or does not warn although it says so.
    fn inspect(&mut self, library: &Library, snippets: &[&Snippet]) {
        for snippet in snippets
            .iter()
            .filter(|snippet| snippet.kind != SnippetKind::CompileFail)
        {
            let id = snippet.id();
            let diagnostics = self.diagnostics.get(&id).map_or(&[][..], Vec::as_slice);
            let mut warned = false;
            for diagnostic in diagnostics {
                let code = diagnostic.code.as_ref().map(|code| code.code.as_str());
                if code.is_some() && code == snippet.spec.warns.as_deref() {
                    warned = true;
                } else if diagnostic.spans.iter().any(|span| span.is_primary) {
                    self.problems
                        .push(of_diagnostic(library, snippet, diagnostic));
                }
            }
            if let Some(lint) = &snippet.spec.warns
                && !warned
                && !self.failed(snippet)
            {
                let what =
                    format!("`{id}` should make the compiler warn of `{lint}`, and does not");
                let help = "bring the mistake back, or drop `warns`";
                let path = snippet.manifest_path();
                self.problems
                    .push(Problem::new(path, snippet.spec.line, what, help));
            }
        }
    }

    /// The compiler's words about the lint that is the snippet's lesson.
    pub(crate) fn lesson(&self, snippet: &Snippet, scrubber: &Scrubber) -> Vec<String> {
        let Some(lint) = &snippet.spec.warns else {
            return Vec::new();
        };
        let diagnostics = self
            .diagnostics
            .get(&snippet.id())
            .map_or(&[][..], Vec::as_slice);
        diagnostics
            .iter()
            .filter(|it| it.code.as_ref().is_some_and(|code| code.code == *lint))
            .flat_map(|it| rendered(it, scrubber))
            .collect()
    }

    /// What is built under another profile, too.
    fn extend(&mut self, other: Self) {
        for (id, diagnostics) in other.diagnostics {
            self.diagnostics.entry(id).or_default().extend(diagnostics);
        }
        self.programs.extend(other.programs);
        self.libraries.extend(other.libraries);
        self.native.extend(other.native);
        self.versions.extend(other.versions);
        self.editions.extend(other.editions);
        self.profiles.extend(other.profiles);
        self.ties.extend(other.ties);
        self.library_sources.extend(other.library_sources);
        self.units.extend(other.units);
        self.problems.extend(other.problems);
        self.words.push_str(&other.words);
    }

    /// Takes over what each program is tied to. What is not tied is not run.
    fn take_ties(&mut self, library: &Library, ties: &Ties, untied: &[BuiltUnit]) {
        for unit in &self.units {
            let Some(tie) = ties.of(&unit.file) else {
                continue;
            };
            if let Some(id) = &unit.snippet {
                self.ties.insert(id.clone(), tie.clone());
            } else if unit.kind == BuiltKind::Library {
                let sources = self.library_sources.entry(unit.package.clone());
                sources.or_default().extend(tie.sources.clone());
            }
        }
        let is_untied = |snippet: &Snippet, id: &str| {
            let packages = library.lock.local_packages_of(&snippet.chapter);
            untied.iter().any(|unit| match unit.kind {
                BuiltKind::Program => unit.snippet.as_deref() == Some(id),
                BuiltKind::Library | BuiltKind::BuildScript => packages.contains(&unit.package),
            })
        };
        let ids: Vec<_> = self.programs.keys().cloned().collect();
        for snippet in ids.iter().filter_map(|id| library.snippet(id)) {
            let id = snippet.id();
            if untied.is_empty() || !is_untied(snippet, &id) {
                continue;
            }
            self.programs.remove(&id);
            let what =
                format!("the program of `{id}` is not surely made of its files as they stand");
            let help = "save nothing while it is built, and see that no other clone builds into the same folder";
            self.problems
                .push(Problem::new(&snippet.source, 0, what, help));
        }
    }

    /// The contents that a program was built from.
    ///
    /// # Errors
    /// Where they, or the program, are not what they were when it was built.
    pub(crate) fn sources_still_there(
        &self,
        house: &House,
        snippet: &Snippet,
    ) -> Result<&SourceHashes, Problem> {
        let id = snippet.id();
        let (tie, program) = match (self.ties.get(&id), self.programs.get(&id)) {
            (Some(tie), Some(program)) => (tie, program),
            _ => {
                let what = format!("nobody knows what `{id}` was built from");
                let help = "run the same command again";
                return Err(Problem::new(&snippet.source, 0, what, help));
            }
        };
        if let Some(path) = tie.what_changed(program) {
            return Err(saved_meanwhile(house, snippet, &path));
        }
        if let Some(path) = ties::outside(house, &tie.sources, program) {
            let what = format!(
                "`{id}` is made of `{}`, which no other clone has",
                path.display()
            );
            let help = "move the file into the book, or depend on a published package";
            return Err(Problem::new(&snippet.source, 0, what, help));
        }
        Ok(&tie.sources)
    }

    /// The files that a program is made of, inside the book, relative to its root.
    ///
    /// # Errors
    /// Where the build's own list cannot be read.
    pub(crate) fn files(&self, house: &House, snippet: &Snippet) -> Result<BTreeSet<String>> {
        let mut paths = BTreeSet::from([snippet.source.clone()]);
        if let Some(program) = self.programs.get(&snippet.id()) {
            let list = program.with_extension("d");
            let text = std::fs::read_to_string(&list)
                .with_context(|| format!("failed to read `{}`", list.display()))?;
            let listed = files_listed(house, &text);
            let inside = listed.iter().map(|path| house.relative(path));
            paths.extend(inside.filter(|path| Path::new(path).is_relative()));
        }
        Ok(paths)
    }

    /// Compiles a program that must be refused, and says what came, and of which contents.
    ///
    /// # Errors
    /// Where the compiler cannot be run.
    pub(crate) fn refuse(
        &self,
        library: &Library,
        snippet: &Snippet,
        scrubber: &Scrubber,
    ) -> Result<Result<(CompilerRefusal, SourceHashes), Problem>> {
        let house = &library.house;
        let folder = house.home()?.join("compile_fail");
        std::fs::create_dir_all(&folder)?;
        let list = folder.join(format!("{}.d", snippet.name));
        let _ = std::fs::remove_file(&list);
        let mut before = Ties::before(library, &[snippet]).contents();
        for package in library.lock.local_packages_of(&snippet.chapter) {
            // As its library was built.
            let sources = self.library_sources.get(&package).cloned();
            before.extend(sources.unwrap_or_default());
        }
        let mut rustc = Command::new(rustc());
        rustc
            .args(self.arguments(library, snippet))
            .arg("--emit")
            .arg(format!("metadata,dep-info={}", list.display()))
            .arg("--out-dir")
            .arg(&folder)
            .arg(&snippet.source)
            .current_dir(house.root());
        let output = rustc.output().context("failed to run the compiler")?;
        let text = String::from_utf8_lossy(&output.stderr);
        let report = CompilerReport::read(output.status.success(), text.lines());
        let mut files = BTreeSet::from([house.absolute(&snippet.source)]);
        // There is none where the compiler does not come to the end of the text.
        let text = std::fs::read_to_string(&list).unwrap_or_default();
        files.extend(files_listed(house, &text));
        for package in library.lock.local_packages_of(&snippet.chapter) {
            let sources = self.library_sources.get(&package);
            files.extend(sources.into_iter().flat_map(|it| it.keys().cloned()));
        }
        let sources = ties::hashes(files);
        let is_new = |(path, hash): &(&PathBuf, &String)| {
            before.get(*path).is_some_and(|before| before != *hash)
        };
        if let Some((path, _)) = sources.iter().find(is_new) {
            return Ok(Err(saved_meanwhile(house, snippet, path)));
        }
        Ok(judge(snippet, &report, scrubber).map(|refusal| (refusal, sources)))
    }

    /// The compiler's arguments for a program of a chapter, against what the chapter depends on: all but the
    /// program's file, and what is to be made of it.
    pub(crate) fn arguments(&self, library: &Library, snippet: &Snippet) -> Vec<String> {
        // Where cargo came to none of its programs, it has nothing to compile this one against either.
        let edition = self.editions.get(&snippet.chapter);
        let edition = edition.copied().unwrap_or(Edition::E2024);
        let mut arguments: Vec<_> = ["--edition", edition.as_str()]
            .into_iter()
            .chain(["--crate-type", "bin", "--crate-name", &crate_name(snippet)])
            .chain(["--error-format", "json", "--diagnostic-width", "80"])
            .map(str::to_owned)
            .collect();
        let mut wanted = library.lock.dependencies_of(&snippet.chapter);
        // Its own library, where it has one.
        if let Some(version) = self.versions.get(&snippet.chapter) {
            wanted.insert(snippet.chapter.clone(), version.clone());
        }
        let mut folders = BTreeSet::new();
        for (name, version) in wanted {
            let name = name.replace('-', "_");
            let found = self.libraries.iter().find(|it| {
                it.profile == snippet.profile() && it.name == name && it.version == version
            });
            if let Some(Dependency { file, .. }) = found {
                folders.extend(file.parent());
                arguments.push("--extern".to_owned());
                arguments.push(format!("{name}={}", file.display()));
            }
        }
        for folder in folders {
            arguments.push("-L".to_owned());
            arguments.push(format!("dependency={}", folder.display()));
        }
        arguments
    }

    /// The compiler's arguments for code that runs as cargo's would.
    pub(crate) fn code_arguments(&self, snippet: &Snippet) -> Vec<String> {
        let mut arguments = Vec::new();
        let mut option = |flag: &str, value: String| arguments.extend([flag.to_owned(), value]);
        if let Some(profile) = self.profiles.get(&snippet.profile()) {
            let yes = |it: bool| if it { "yes" } else { "no" };
            option("-C", format!("opt-level={}", profile.opt_level));
            option("-C", format!("debuginfo={}", profile.debuginfo));
            if profile.debuginfo == ArtifactDebuginfo::None {
                // Nor the standard library's, as cargo does it then. Its messages do not say so.
                option("-C", "strip=debuginfo".to_owned());
            }
            let assertions = yes(profile.debug_assertions);
            option("-C", format!("debug-assertions={assertions}"));
            let overflow = yes(profile.overflow_checks);
            option("-C", format!("overflow-checks={overflow}"));
        } else if snippet.profile() == Profile::Release {
            option("-C", "opt-level=3".to_owned());
        }
        for path in &self.native {
            option("-L", path.display().to_string());
        }
        arguments
    }

    /// The variables that cargo sets for the compiler and that programs read with `env!`.
    pub(crate) fn variables(&self, house: &House, snippet: &Snippet) -> Vec<(&str, String)> {
        let chapter = &snippet.chapter;
        let manifest = house.absolute(&snippet.manifest_path());
        let folder = manifest.parent().unwrap_or(house.root());
        let version = self.versions.get(chapter).map_or("0.0.0", String::as_str);
        let mut numbers = version.split(['.', '-', '+']);
        let mut number = || numbers.next().unwrap_or_default().to_owned();
        vec![
            ("CARGO_CRATE_NAME", crate_name(snippet)),
            ("CARGO_MANIFEST_DIR", folder.display().to_string()),
            ("CARGO_MANIFEST_PATH", manifest.display().to_string()),
            ("CARGO_PKG_NAME", chapter.clone()),
            ("CARGO_PKG_VERSION", version.to_owned()),
            ("CARGO_PKG_VERSION_MAJOR", number()),
            ("CARGO_PKG_VERSION_MINOR", number()),
            ("CARGO_PKG_VERSION_PATCH", number()),
        ]
    }

    /// Whether nothing was built that a program could be compiled against.
    pub(crate) fn has_no_libraries(&self) -> bool {
        self.libraries.is_empty()
    }
}

/// A file is not any more what the compiler has read, or the program not what was run.
fn saved_meanwhile(house: &House, snippet: &Snippet, path: &Path) -> Problem {
    let (id, changed) = (snippet.id(), house.relative(path));
    let what = format!("`{changed}` was written while `{id}` was built or ran");
    let help = format!("run `cargo workbook record {id}` when nothing is being saved");
    Problem::new(&snippet.source, 0, what, help)
}

/// The compiler's program.
pub(crate) fn rustc() -> std::ffi::OsString {
    std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into())
}

/// As cargo names a program's crate.
fn crate_name(snippet: &Snippet) -> String {
    match snippet.kind {
        SnippetKind::Lead => snippet.chapter.replace('-', "_"),
        SnippetKind::Example | SnippetKind::CompileFail => snippet.name.clone(),
    }
}

fn of_diagnostic(library: &Library, snippet: &Snippet, diagnostic: &Diagnostic) -> Problem {
    let span = diagnostic.spans.iter().find(|span| span.is_primary);
    let path = span.map_or_else(
        || snippet.source.clone(),
        |span| library.house.relative(Path::new(&span.file_name)),
    );
    let what = format!("the compiler says: {}", diagnostic.message);
    let code = diagnostic.code.as_ref().map(|code| code.code.as_str());
    let help = match (diagnostic.level, code) {
        (DiagnosticLevel::Warning, Some(lint)) => {
            format!("mend it, or say `warns = \"{lint}\"` where the warning is the lesson")
        }
        _ => "mend the program; the compiler says more under `cargo build`".to_owned(),
    };
    Problem::new(path, span.map_or(0, |span| span.line_start), what, help)
}

/// The compiler's version, as `1.95.0`.
///
/// # Errors
/// Where the compiler cannot be run.
pub(crate) fn rustc_version() -> Result<String> {
    static KNOWN: OnceLock<String> = OnceLock::new();
    if let Some(known) = KNOWN.get() {
        return Ok(known.clone());
    }
    let output = Command::new(rustc())
        .arg("--version")
        .output()
        .context("failed to run rustc")?;
    let text = String::from_utf8_lossy(&output.stdout);
    let version = text.split(' ').nth(1).unwrap_or("unknown").trim();
    Ok(KNOWN.get_or_init(|| version.to_owned()).clone())
}
