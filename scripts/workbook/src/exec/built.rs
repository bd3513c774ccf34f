//! What a build gave: the programs, what the compiler has said of each, and what a program can be compiled against.

use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use anyhow::{Context, Result};
use cargo_metadata::diagnostic::{Diagnostic, DiagnosticLevel};
use cargo_metadata::{
    Artifact, ArtifactDebuginfo, ArtifactProfile, BuildScript, Edition, TargetKind,
};

use crate::book::house::House;
use crate::book::library::Library;
use crate::book::snippet::{Profile, Snippet, SnippetKind};
use crate::exec::compiler_report::{CompilerRefusal, CompilerReport, judge, rendered};
use crate::exec::ties::{self, BuiltKind, BuiltUnit, SourceHashes, Tie, Ties, files_listed};
use crate::model::normal::Scrubber;
use crate::model::problem::Problem;

/// What a build gave.
#[derive(Debug, Default)]
pub(crate) struct Built {
    /// The programs by snippet id.
    pub(crate) programs: HashMap<String, PathBuf>,
    /// The warnings and errors of each snippet's own source, by id.
    pub(super) diagnostics: HashMap<String, Vec<Diagnostic>>,
    /// Libraries that a program can be compiled against.
    libraries: Vec<Dependency>,
    /// Where the libraries of other languages are that those need.
    pub(super) native: BTreeSet<PathBuf>,
    /// The version of each chapter's package.
    versions: HashMap<String, String>,
    /// The edition of each chapter, as its programs were built.
    pub(super) editions: HashMap<String, Edition>,
    /// How cargo has the compiler generate code under each profile.
    profiles: HashMap<Profile, ArtifactProfile>,
    /// What is surely in each program, by snippet id.
    ties: HashMap<String, Tie>,
    /// The contents of the book's own libraries, by package.
    library_sources: HashMap<String, SourceHashes>,
    /// What was built of the book's own.
    pub(super) units: Vec<BuiltUnit>,
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

/// Whether it is something that a program can be compiled against.
pub(super) fn is_library(artifact: &Artifact) -> bool {
    let is = |kind: &TargetKind| artifact.target.kind.contains(kind);
    is(&TargetKind::Lib) || is(&TargetKind::RLib) || is(&TargetKind::ProcMacro)
}

/// Notes what is the book's own; a registry's packages never change.
pub(super) fn note_unit(
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
    built.units.push(BuiltUnit {
        snippet,
        package: name_in(&artifact.package_id.repr).to_owned(),
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

/// Notes what a build script of the book's own has said. It is compiled before it runs, and noted by then.
pub(super) fn note_script(built: &mut Built, script: &BuildScript) {
    let id = &script.package_id.repr;
    let is_it = |it: &&BuiltUnit| it.kind == BuiltKind::BuildScript && it.package == name_in(id);
    let compiled = built.units.iter().rev().find(is_it);
    if let Some(compiled) = compiled.filter(|_| id.starts_with("path+file:")) {
        built.units.push(BuiltUnit {
            kind: BuiltKind::ScriptRun,
            file: script.out_dir.as_std_path().with_file_name("output"),
            ..compiled.clone()
        });
    }
}

/// The package's name in `…#name@1.2.3`, or in `…/name#1.2.3`.
fn name_in(id: &str) -> &str {
    let (place, id) = id.rsplit_once('#').unwrap_or_default();
    match id.split_once('@') {
        Some((name, _)) => name,
        None => place.rsplit('/').next().unwrap_or_default(),
    }
}

pub(super) fn note_artifact(
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
    pub(super) fn failed(&self, snippet: &Snippet) -> bool {
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
    pub(super) fn inspect(&mut self, library: &Library, snippets: &[&Snippet]) {
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
    pub(super) fn extend(&mut self, other: Self) {
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
    pub(super) fn take_ties(&mut self, library: &Library, ties: &Ties, untied: &[BuiltUnit]) {
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
                BuiltKind::Library | BuiltKind::BuildScript | BuiltKind::ScriptRun => {
                    packages.contains(&unit.package)
                }
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
