//! Code as a reader has changed it: compiled on this machine against what its chapter depends on, in a folder of
//! its own, which goes away with the run.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result, ensure};
use cargo_metadata::diagnostic::{Diagnostic, DiagnosticLevel, DiagnosticSpan};
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

use crate::book::snippet::Snippet;
use crate::exec::cargo;
use crate::exec::compiler_report::{CompilerReport, rendered};
use crate::exec::runner;
use crate::model::normal::Scrubber;
use crate::serve::builds::plan::Build;
use crate::serve::live::events::{Level, Remark};
use workbook_shim::protocol::{Event, Job, Stopped};

/// Seconds after which the compiler is stopped.
const DEADLINE: f64 = 60.0;
/// Bytes of the compiler's JSON after which it is stopped.
const OUTPUT_LIMIT: usize = 8 << 20;
/// Bytes of memory beyond which the compiler is stopped: ten times what it needs for a program of the book.
const MEMORY_LIMIT: u64 = 3 << 30;

/// A program that was compiled for one run.
#[derive(Debug)]
pub(crate) struct Compiled {
    pub(crate) report: CompilerReport,
    /// The program, where the compiler has accepted it.
    pub(crate) program: PathBuf,
    /// Keeps the program until the run is over.
    _folder: KeptFolder,
}

/// A folder that goes with the value: by a thread that may wait for that.
#[derive(Debug)]
struct KeptFolder(Option<TempDir>);

impl KeptFolder {
    fn path(&self) -> &Path {
        self.0.as_ref().expect("it is there until the end").path()
    }
}

impl Drop for KeptFolder {
    fn drop(&mut self) {
        let folder = self.0.take();
        // Without a runtime, nobody waits but this.
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn_blocking(move || drop(folder));
        }
    }
}

/// What is to come of the compiler's work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Aim {
    /// A program that runs.
    Program,
    /// What the compiler says.
    Words,
}

/// Compiles a program of the book, with this text in place of its main file's, where there is one. None if `stop`
/// was cancelled before the compiler was done.
///
/// # Errors
/// Where the compiler cannot be run, or takes too long.
pub(crate) async fn compile(
    shim: &Path,
    build: &Arc<Build>,
    snippet: &Snippet,
    text: Option<&str>,
    aim: Aim,
    stop: &CancellationToken,
) -> Result<Option<Compiled>> {
    let (library, built) = (&build.library, &build.built);
    let house = &library.house;
    let laid_out = {
        let (build, snippet) = (build.clone(), snippet.clone());
        let text = text.map(str::to_owned);
        move || lay_out(&build, &snippet, text.as_deref())
    };
    let folder = KeptFolder(Some(tokio::task::spawn_blocking(laid_out).await??));
    let program = folder.path().join(&snippet.name);
    let program = program.with_extension(std::env::consts::EXE_EXTENSION);
    let mut args = built.arguments(library, snippet);
    match aim {
        Aim::Program => args.extend(built.code_arguments(snippet)),
        Aim::Words => args.extend(["--emit".to_owned(), "metadata".to_owned()]),
    }
    args.extend(["-o".to_owned(), program.display().to_string()]);
    // Relative, as cargo gives it: a panic tells the same place as that of the book's own program.
    args.push(snippet.source.clone());
    let job = Job {
        program: cargo::rustc().to_string_lossy().into_owned(),
        args,
        folder: folder.path().display().to_string(),
        environment: environment(build, snippet),
        deadline: DEADLINE,
        output_limit: OUTPUT_LIMIT,
        line_limit: OUTPUT_LIMIT,
        memory_limit: runner::at_most_half(MEMORY_LIMIT),
        signal: None,
    };
    let mut lines = Vec::new();
    let end = runner::drive(shim, &job, stop, |event| {
        if let Event::Line { text, .. } = event {
            lines.push(text);
        }
    });
    let end = end.await?;
    match end.stopped {
        Some(Stopped::Abandoned) => return Ok(None),
        Some(Stopped::AtDeadline) => {
            anyhow::bail!("the compiler was stopped: it took more than {DEADLINE} s")
        }
        Some(Stopped::ForFlooding) => {
            anyhow::bail!("the compiler was stopped: it had too much to say")
        }
        Some(Stopped::ForMemory) => {
            let limit = runner::at_most_half(MEMORY_LIMIT) >> 20;
            anyhow::bail!("the compiler was stopped: it used more than {limit} MB of memory")
        }
        None => {}
    }
    let scrubber = house.scrubber();
    let read = move || {
        let report = CompilerReport::read(end.code == Some(0), lines.iter().map(String::as_str));
        let explained = report.accepted || report.remarks().next().is_some();
        ensure!(
            explained,
            "the compiler failed:\n\n{}",
            scrubber.scrub(&lines.join("\n"))
        );
        Ok(report)
    };
    // It may be megabytes.
    let report = tokio::task::spawn_blocking(read).await??;
    Ok(Some(Compiled {
        report,
        program,
        _folder: folder,
    }))
}

/// The program's files in a folder of their own, each where it stands in the book.
fn lay_out(build: &Build, snippet: &Snippet, text: Option<&str>) -> Result<TempDir> {
    let house = &build.library.house;
    let home = house.home()?.join("edits");
    std::fs::create_dir_all(&home)
        .with_context(|| format!("failed to make the folder `{}`", home.display()))?;
    let folder = TempDir::new_in(&home).context("failed to make a folder for edited code")?;
    let files = build.built.files(house, snippet)?;
    let chapter = format!("chapters/{}/", snippet.chapter);
    for path in files.iter().filter(|path| path.starts_with(&chapter)) {
        let place = folder.path().join(path);
        std::fs::create_dir_all(place.parent().context("a file stands in a folder")?)?;
        match text {
            Some(text) if *path == snippet.source => std::fs::write(&place, text),
            _ => copy_where_it_is(&house.absolute(path), &place),
        }
        .with_context(|| format!("failed to write `{}`", place.display()))?;
    }
    Ok(folder)
}

/// A module that is gone is the compiler's to miss.
fn copy_where_it_is(from: &Path, to: &Path) -> std::io::Result<()> {
    match std::fs::copy(from, to) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        copied => copied.map(|_| ()),
    }
}

/// What the compiler is told of this machine: where programs are, its own parts and the linker's. Code can read all
/// that the compiler is told, with `option_env!`, and so it is told nothing else of the server's environment.
const OF_THIS_MACHINE: &[&str] = &[
    "PATH",
    "HOME",
    "TMPDIR",
    "CARGO_HOME",
    "RUSTUP_HOME",
    "RUSTUP_TOOLCHAIN",
    // Where libraries are that are not in their usual places.
    "LIBRARY_PATH",
    "LD_LIBRARY_PATH",
    "DYLD_FALLBACK_LIBRARY_PATH",
    // On macOS
    "DEVELOPER_DIR",
    "MACOSX_DEPLOYMENT_TARGET",
    "SDKROOT",
    // Nix's own linker
    "NIX_BINTOOLS",
    "NIX_CC",
    "NIX_LDFLAGS",
    // On Windows
    "APPDATA",
    "COMSPEC",
    "INCLUDE",
    "LIB",
    "LIBPATH",
    "LOCALAPPDATA",
    "PATHEXT",
    "PROCESSOR_ARCHITECTURE",
    "PROGRAMDATA",
    "PROGRAMFILES",
    "PROGRAMFILES(X86)",
    "SYSTEMDRIVE",
    "SYSTEMROOT",
    "TEMP",
    "TMP",
    "USERPROFILE",
    "VCINSTALLDIR",
    "VCTOOLSINSTALLDIR",
    "VSCMD_ARG_TGT_ARCH",
    "WINDIR",
    "WINDOWSSDKDIR",
    "WINDOWSSDKVERSION",
];

/// The environment of the compiler: a known and small one, and what cargo sets for this program.
fn environment(build: &Build, snippet: &Snippet) -> Vec<(String, String)> {
    let own = OF_THIS_MACHINE.iter().filter_map(|key| {
        let value = std::env::var(key).ok()?;
        Some(((*key).to_owned(), value))
    });
    let variables = build.built.variables(&build.library.house, snippet);
    let variables = variables
        .into_iter()
        .map(|(key, value)| (key.to_owned(), value));
    own.chain(variables).collect()
}

/// What the compiler says of a program, for its page.
pub(crate) fn remarks(
    report: &CompilerReport,
    snippet: &Snippet,
    scrubber: &Scrubber,
) -> Vec<Remark> {
    let remark = |it: &Diagnostic| {
        let place = it.spans.iter().filter(|span| span.is_primary);
        let place = place
            .filter_map(|span| in_file(span, &snippet.source))
            .next();
        let level = match it.level {
            DiagnosticLevel::Error | DiagnosticLevel::Ice => Level::Error,
            _ => Level::Warning,
        };
        Remark {
            level,
            message: it.message.clone(),
            code: it.code.as_ref().map(|code| code.code.clone()),
            rendered: rendered(it, scrubber).join("\n"),
            line: place.map(|span| span.line_start),
            column: place.map(|span| span.column_start),
            end_line: place.map(|span| span.line_end),
            end_column: place.map(|span| span.column_end),
        }
    };
    report.remarks().map(remark).collect()
}

/// The span as it stands in this file: of a macro's inner part, where the macro is called.
fn in_file<'a>(span: &'a DiagnosticSpan, file: &str) -> Option<&'a DiagnosticSpan> {
    let mut span = span;
    // On Windows the compiler has `\` in what it adds to a path.
    while span.file_name.replace('\\', "/") != file {
        span = &span.expansion.as_ref()?.span;
    }
    Some(span)
}
