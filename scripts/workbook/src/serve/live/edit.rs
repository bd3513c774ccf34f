//! Code as a reader has changed it: compiled on this machine against what its chapter depends on, in a folder of
//! its own, which goes away with the run.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result};
use cargo_metadata::diagnostic::{Diagnostic, DiagnosticLevel, DiagnosticSpan};
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

use crate::book::snippet::Snippet;
use crate::exec::compiler::{self, Compilation};
use crate::exec::compiler_report::{CompilerReport, rendered};
use crate::model::normal::Scrubber;
use crate::serve::builds::plan::Build;
use crate::serve::live::events::{Level, Remark};

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
    let variables = build.built.variables(house, snippet).into_iter();
    let variables = variables
        .map(|(key, value)| (key.to_owned(), value))
        .collect();
    let compilation = Compilation {
        folder: folder.path().to_owned(),
        args,
        driver: None,
        variables,
    };
    let Some(report) = compiler::compile(shim, compilation, house.scrubber(), stop).await? else {
        return Ok(None);
    };
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

/// What the compiler says of a program whose main file is `file`, for its page.
pub(crate) fn remarks(report: &CompilerReport, file: &str, scrubber: &Scrubber) -> Vec<Remark> {
    let remark = |it: &Diagnostic| {
        let place = it.spans.iter().filter(|span| span.is_primary);
        let place = place.filter_map(|span| in_file(span, file)).next();
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
