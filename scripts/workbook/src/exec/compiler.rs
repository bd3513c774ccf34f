//! Runs the compiler by itself, for one program, against what cargo has built: no wait for cargo's lock. It goes under
//! a shim, with limits of its own, and is told nothing of the tool's environment that it need not know.

use std::path::{Path, PathBuf};

use anyhow::{Result, bail, ensure};
use tokio_util::sync::CancellationToken;

use crate::exec::built;
use crate::exec::compiler_report::CompilerReport;
use crate::exec::runner::{self, PassedOn};
use crate::model::normal::Scrubber;
use workbook_shim::protocol::{Event, Job, Stopped};

/// Seconds after which the compiler is stopped.
const DEADLINE: f64 = 60.0;
/// Bytes of the compiler's JSON after which it is stopped.
const OUTPUT_LIMIT: usize = 8 << 20;
/// Bytes of memory beyond which the compiler is stopped: ten times what it needs for a program of the book.
const MEMORY_LIMIT: u64 = 3 << 30;

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

/// What is to be compiled.
#[derive(Debug, Clone)]
pub(crate) struct Compilation {
    /// Where the compiler works: paths in its messages are relative to it.
    pub(crate) folder: PathBuf,
    pub(crate) args: Vec<String>,
    /// Another compiler than the toolchain's own: one that lints.
    pub(crate) driver: Option<PathBuf>,
    /// What programs can read with `env!`, beyond what every compiler is told.
    pub(crate) variables: Vec<(String, String)>,
}

/// Runs the compiler. None if `stop` was cancelled before it was done.
///
/// # Errors
/// Where it cannot be run, takes too long or too much, or fails without saying why.
pub(crate) async fn compile(
    shim: &Path,
    compilation: Compilation,
    scrubber: Scrubber,
    stop: &CancellationToken,
) -> Result<Option<CompilerReport>> {
    let own = OF_THIS_MACHINE.iter().filter_map(|key| {
        let value = std::env::var(key).ok()?;
        Some(((*key).to_owned(), value))
    });
    let program = compilation.driver.map_or_else(built::rustc, Into::into);
    let job = Job {
        program: program.to_string_lossy().into_owned(),
        args: compilation.args,
        folder: compilation.folder.display().to_string(),
        environment: own.chain(compilation.variables).collect(),
        deadline: DEADLINE,
        output_limit: OUTPUT_LIMIT,
        line_limit: OUTPUT_LIMIT,
        memory_limit: runner::at_most_half(MEMORY_LIMIT),
        signal: None,
        input: false,
    };
    let mut lines = Vec::new();
    let end = runner::drive(shim, &job, PassedOn::default(), stop, |event| {
        if let Event::Line { text, .. } = event {
            lines.push(text);
        }
    });
    let end = end.await?;
    match end.stopped {
        Some(Stopped::Abandoned) => return Ok(None),
        Some(Stopped::AtDeadline) => {
            bail!("the compiler was stopped: it took more than {DEADLINE} s")
        }
        Some(Stopped::ForFlooding) => bail!("the compiler was stopped: it had too much to say"),
        Some(Stopped::ForMemory) => {
            let limit = runner::at_most_half(MEMORY_LIMIT) >> 20;
            bail!("the compiler was stopped: it used more than {limit} MB of memory")
        }
        None => {}
    }
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
    Ok(Some(tokio::task::spawn_blocking(read).await??))
}
