//! The libraries that exercises are compiled against: those of the reader's package `practice/`, built once by cargo in
//! a copy of it that has nothing of the reader's, so that nothing the reader writes can be in the way.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Stdio;

use anyhow::{Context, Result, bail, ensure};
use cargo_metadata::{Artifact, Message};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader};
use tokio::process::Command;
use toml::{Table, Value};

use crate::book::files;
use crate::book::hashes::{hex, source_hash};
use crate::book::house::{House, sorted_entries};
use crate::book::lock::Lock;
use crate::book::practice::{PRACTICE, package};
use crate::book::settings::is_skipped;
use crate::exec::build_process::BuildProcess;
use crate::exec::built::rustc_version;
use crate::exec::ties::stamp;

/// What cargo's copy of the package is called, in the tool's own folder.
const COPY: &str = "practice";
/// Cargo's folder for it, in `target`; the package itself names the same.
const TARGET: &str = "practice";

/// What an exercise is compiled against.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct PracticeLibraries {
    /// The files by the names that programs call them.
    libraries: BTreeMap<String, PathBuf>,
    /// Where the libraries are on which those depend.
    folders: BTreeSet<PathBuf>,
    /// Where those of other languages are.
    native: BTreeSet<PathBuf>,
}

/// What is kept of a build, to know the next time that there is nothing to do.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct KeptBuild {
    /// Of all that it was made of.
    key: String,
    libraries: PracticeLibraries,
    /// The files, as they were made.
    stamps: BTreeMap<PathBuf, String>,
}

impl PracticeLibraries {
    /// The libraries as they are built; cargo is called only where something has changed, and `handle` is told how many
    /// it has compiled so far.
    ///
    /// # Errors
    /// Where the package is broken, or cargo cannot build it.
    pub(crate) async fn find(house: &House, mut handle: impl FnMut(usize)) -> Result<Self> {
        let manifest = PracticeManifest::read(house)?;
        let key = manifest.key(house)?;
        let place = house.scratch().join(COPY).join("built.json");
        let kept = std::fs::read_to_string(&place).unwrap_or_default();
        let kept: Option<KeptBuild> = serde_json::from_str(&kept).ok();
        let is_there = |kept: &KeptBuild| {
            let mut stamps = kept.stamps.iter();
            stamps.all(|(file, was)| stamp(file).as_ref() == Some(was))
        };
        if let Some(kept) = kept.filter(|it| it.key == key && is_there(it)) {
            return Ok(kept.libraries);
        }
        // For all that is the book's own cargo goes by dates: what was built of other contents must not be taken.
        manifest.forget_local(house);
        let copy = manifest.lay_out(house)?;
        let libraries = build(house, &copy, &manifest.wanted, &mut handle).await?;
        let files = libraries.libraries.values();
        let stamps = files.filter_map(|file| Some((file.clone(), stamp(file)?)));
        let kept = KeptBuild {
            stamps: stamps.collect(),
            // Who saves while it is built has it built again.
            key: match manifest.key(house)? {
                now if now == key => key,
                _ => String::new(),
            },
            libraries,
        };
        house.write_whole(&place, &serde_json::to_string(&kept)?)?;
        Ok(kept.libraries)
    }

    /// The compiler's arguments.
    pub(crate) fn arguments(&self) -> Vec<String> {
        let mut arguments = Vec::new();
        let mut option = |flag: &str, value: String| arguments.extend([flag.to_owned(), value]);
        for (name, file) in &self.libraries {
            option("--extern", format!("{name}={}", file.display()));
        }
        for folder in &self.folders {
            option("-L", format!("dependency={}", folder.display()));
        }
        for folder in &self.native {
            option("-L", folder.display().to_string());
        }
        arguments
    }
}

fn help() -> String {
    format!(
        "help: mend it, or bring it back: `git checkout {PRACTICE}/Cargo.toml {PRACTICE}/Cargo.lock`, or unpack the kit \
         again"
    )
}

/// The reader's `Cargo.toml`, with all that is not about its dependencies taken out.
struct PracticeManifest {
    text: String,
    lock: String,
    /// The direct dependencies by package name, with their versions.
    wanted: BTreeMap<String, String>,
    /// The folders of those that are the book's own, directly or not.
    local: Vec<PathBuf>,
}

impl PracticeManifest {
    fn read(house: &House) -> Result<Self> {
        let folder = package(house)?;
        let read = |name: &str| {
            let text = files::text(&folder.join(name));
            let path = format!("{PRACTICE}/{name}");
            text.map_err(|error| anyhow::anyhow!("{}", error.problem(&path, "a file")))
        };
        let mut table: Table = toml::from_str(&read("Cargo.toml")?)
            .with_context(|| format!("failed to read `{PRACTICE}/Cargo.toml`\n  {}", help()))?;
        for key in [
            "bin",
            "example",
            "test",
            "bench",
            "dev-dependencies",
            "features",
        ] {
            table.remove(key);
        }
        table.insert("workspace".to_owned(), Value::Table(Table::new()));
        let mut library = Table::new();
        library.insert("path".to_owned(), Value::String("lib.rs".to_owned()));
        table.insert("lib".to_owned(), Value::Table(library));
        if let Some(Value::Table(package)) = table.get_mut("package") {
            for auto in ["autobins", "autoexamples", "autotests", "autobenches"] {
                package.insert(auto.to_owned(), Value::Boolean(false));
            }
            package.remove("build");
        }
        if let Some(Value::Table(dependencies)) = table.get_mut("dependencies") {
            for dependency in dependencies.iter_mut() {
                if let Value::Table(of) = dependency.1
                    && let Some(Value::String(path)) = of.get_mut("path")
                {
                    *path = folder.join(&*path).display().to_string();
                }
            }
        }
        let lock = read("Cargo.lock")?;
        let packages = Lock::parse(&lock).map_err(|problem| {
            let problem = problem.in_file(format!("{PRACTICE}/Cargo.lock"));
            anyhow::anyhow!("{problem}\n  {}", help())
        })?;
        let mut local = packages.local_packages_of(PRACTICE);
        // The package itself is the reader's: whatever is saved in it, no library is another.
        local.remove(PRACTICE);
        let mut local = crate::book::settings::package_folders(house, &local);
        local.retain(|it| !it.starts_with(&folder));
        Ok(Self {
            text: toml::to_string(&table)?,
            wanted: packages.dependencies_of(PRACTICE),
            lock,
            local,
        })
    }

    /// Another one where anything has changed that the libraries are made of.
    fn key(&self, house: &House) -> Result<String> {
        let mut hasher = Sha256::new();
        hasher.update(rustc_version()?);
        hasher.update(&self.text);
        hasher.update(&self.lock);
        for folder in &self.local {
            for file in sources(folder) {
                hasher.update(house.relative(&file));
                hasher.update(source_hash(&file).unwrap_or_default());
            }
        }
        Ok(hex(&hasher.finalize()))
    }

    fn forget_local(&self, house: &House) {
        let fingerprints = target(house).join("debug/.fingerprint");
        let names = self.local.iter().filter_map(|folder| folder.file_name());
        let names: Vec<_> = names.map(|it| it.to_string_lossy().into_owned()).collect();
        for entry in sorted_entries(&fingerprints) {
            let whole = entry.file_name().unwrap_or_default().to_string_lossy();
            let package = whole.rsplit_once('-').map_or(&*whole, |(name, _)| name);
            if names.iter().any(|name| name == package) {
                let _ = std::fs::remove_dir_all(&entry);
            }
        }
    }

    /// Writes the copy, and gives its manifest. What stands as it should is not touched.
    fn lay_out(&self, house: &House) -> Result<PathBuf> {
        let folder = house.scratch().join(COPY);
        for (name, text) in [
            ("Cargo.toml", self.text.as_str()),
            ("Cargo.lock", self.lock.as_str()),
            ("lib.rs", "//! Nothing but what this depends on.\n"),
        ] {
            let path = folder.join(name);
            if std::fs::read_to_string(&path).is_ok_and(|was| was == text) {
                continue;
            }
            house.write_whole(&path, text)?;
        }
        Ok(folder.join("Cargo.toml"))
    }
}

fn target(house: &House) -> PathBuf {
    house.target().join(TARGET)
}

/// The files of a package that its library may be made of.
fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut sources = Vec::new();
    for part in ["Cargo.toml", "build.rs", "src"] {
        collect(&folder.join(part), &mut sources);
    }
    sources
}

fn collect(path: &Path, sources: &mut Vec<PathBuf>) {
    if path.is_file() {
        sources.push(path.to_owned());
    } else if path.is_dir() && !is_skipped(path) {
        for entry in sorted_entries(path) {
            collect(&entry, sources);
        }
    }
}

async fn build(
    house: &House,
    manifest: &Path,
    wanted: &BTreeMap<String, String>,
    handle: &mut impl FnMut(usize),
) -> Result<PracticeLibraries> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut cargo = Command::new(cargo);
    cargo
        .args([
            "build",
            "--lib",
            "--message-format",
            "json-render-diagnostics",
        ])
        .arg("--manifest-path")
        .arg(manifest)
        .arg("--target-dir")
        .arg(target(house))
        .current_dir(house.root())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut cargo = BuildProcess::start(&mut cargo)?;
    let stdout = cargo.stdout()?;
    let mut stderr = cargo.stderr().context("cargo has no standard error")?;
    let words = tokio::spawn(async move {
        let mut words = Vec::new();
        let _ = stderr.read_to_end(&mut words).await;
        String::from_utf8_lossy(&words).into_owned()
    });
    let mut messages = BufReader::new(stdout).lines();
    let mut libraries = PracticeLibraries::default();
    let mut count = 0;
    while let Some(line) = messages.next_line().await? {
        match Message::parse_stream(line.as_bytes()).next().transpose()? {
            Some(Message::CompilerArtifact(artifact)) => {
                count += usize::from(!artifact.fresh);
                handle(count);
                libraries.note(wanted, &artifact);
            }
            Some(Message::BuildScriptExecuted(script)) => {
                let paths = script.linked_paths.into_iter();
                libraries.native.extend(paths.map(Into::into));
            }
            _ => {}
        }
    }
    let status = cargo.end().await?;
    let words = words.await?;
    // Its words speak of the copy.
    let own = format!("{PRACTICE}/Cargo.toml");
    let words = words.replace(&manifest.display().to_string(), &own);
    ensure!(
        status.success(),
        "cargo could not build the crates that exercises use ({status}):\n\n{}\n\n  {}",
        words.trim_end(),
        help()
    );
    for name in wanted.keys() {
        let known = libraries.libraries.contains_key(&name.replace('-', "_"));
        if !known {
            bail!("cargo has built `{name}` of `{PRACTICE}/Cargo.toml`, and does not say where");
        }
    }
    Ok(libraries)
}

impl PracticeLibraries {
    fn note(&mut self, wanted: &BTreeMap<String, String>, artifact: &Artifact) {
        let is_it = |file: &&cargo_metadata::camino::Utf8PathBuf| {
            matches!(file.extension(), Some("rlib" | "so" | "dylib" | "dll"))
        };
        let Some(file) = artifact.filenames.iter().find(is_it) else {
            return;
        };
        if let Some(folder) = file.parent() {
            self.folders.insert(folder.into());
        }
        let name = artifact.target.name.replace('-', "_");
        // As `path+file:///…/timeline#0.1.0`, or `registry+…#tokio@1.54.1`.
        let version = artifact.package_id.repr.rsplit(['#', '@']).next();
        let mut wanted = wanted.iter();
        if wanted.any(|(it, of)| it.replace('-', "_") == name && Some(of.as_str()) == version) {
            self.libraries.insert(name, file.into());
        }
    }
}
