//! Finds the shim that every run goes under. In a clone it has cargo build it where the one that is there is not the tool's own.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, bail, ensure};
use cargo_metadata::Message;
use tokio::io::{AsyncBufReadExt, BufReader};
use workbook_shim::IDENTITY;

use crate::exec::build_process::BuildProcess;

const PROGRAM: &str = "workbook-shim";
/// The same, as it is installed with the tool.
const INSTALLED: &str = "cargo-workbook-shim";

/// Finds a shim that is made of what the tool's own library of it is made of: beside the tool, or where cargo builds
/// it. It is looked for once, however often this is called. If `locked`, `Cargo.lock` stays as it is. Who drops the
/// future ends cargo.
///
/// # Errors
/// Where cargo cannot build it, or builds another.
pub(crate) async fn find_shim(locked: bool) -> Result<PathBuf> {
    static FOUND: OnceLock<PathBuf> = OnceLock::new();
    if let Some(shim) = FOUND.get() {
        return Ok(shim.clone());
    }
    let shim = find_or_build(locked, &manifest()).await?;
    Ok(FOUND.get_or_init(|| shim).clone())
}

async fn find_or_build(locked: bool, manifest: &Path) -> Result<PathBuf> {
    let own = std::env::current_exe().context("failed to find the tool's own program")?;
    for name in [PROGRAM, INSTALLED] {
        let name = format!("{name}{}", std::env::consts::EXE_SUFFIX);
        let beside = own.with_file_name(name);
        if is_ours(&beside) {
            return Ok(beside);
        }
    }
    ensure!(
        manifest.is_file(),
        "failed to find the tool's shim, `{INSTALLED}`, beside `{}`, and the clone that the tool was built from is \
         not there to build it from\n  help: run `cargo install --path scripts/workbook` in a clone, which \
         installs both",
        own.display()
    );
    let built = build(locked, manifest, false).await?;
    if is_ours(&built) {
        return Ok(built);
    }
    // Cargo goes by dates, and an older file in the place of a newer one is nothing new to it.
    let built = build(locked, manifest, true).await?;
    if is_ours(&built) {
        return Ok(built);
    }
    bail!(
        "the shim `{}`, which cargo has just built, has other sources than this tool: run `cargo clean --package \
         {PROGRAM}`, and then the same command again through `cargo workbook`, which builds the tool, too",
        built.display()
    )
}

/// Asks a shim what it is made of. One that is not there, is broken, or is too old to know gives no answer.
fn is_ours(shim: &Path) -> bool {
    let asked = Command::new(shim)
        .arg("--identity")
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output();
    asked.is_ok_and(|output| output.stdout.trim_ascii() == IDENTITY.as_bytes())
}

/// The shim's, in the clone.
fn manifest() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .with_file_name("shim")
        .join("Cargo.toml")
}

/// Has cargo build the shim, from scratch if `anew`, and says where it is then.
async fn build(locked: bool, manifest: &Path, anew: bool) -> Result<PathBuf> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut cargo = tokio::process::Command::new(cargo);
    // With the features that the whole workspace asks for and the tool's own profile: what `cargo test` has built is
    // not built again.
    cargo
        .args(["build", "--quiet", "--workspace", "--bin", PROGRAM])
        .args((!cfg!(debug_assertions)).then_some("--release"))
        .args(locked.then_some("--locked"))
        .args(["--message-format", "json-render-diagnostics"])
        .arg("--manifest-path")
        .arg(manifest)
        // Cargo asks the folder that it is called in where crates are: in a kit, that is the kit.
        .current_dir(manifest.parent().unwrap_or(Path::new(".")))
        .stdin(Stdio::null())
        .stdout(Stdio::piped());
    if anew {
        // Where this has changed, its build script runs again and all of its package is compiled.
        let now = SystemTime::now().duration_since(UNIX_EPOCH);
        cargo.env("WORKBOOK_SHIM_ANEW", format!("{now:?}"));
    }
    let mut cargo = BuildProcess::start(&mut cargo)?;
    let mut messages = BufReader::new(cargo.stdout()?).lines();
    let mut program = None;
    while let Some(line) = messages.next_line().await? {
        let message = Message::parse_stream(line.as_bytes()).next().transpose();
        let message = message.context("failed to read cargo's messages")?;
        if let Some(Message::CompilerArtifact(artifact)) = message
            && artifact.target.name == PROGRAM
        {
            program = artifact.executable;
        }
    }
    let status = cargo.end().await?;
    ensure!(
        status.success(),
        "failed to build the tool's shim ({status}): see what `cargo build --package {PROGRAM}` says"
    );
    let program = program.context("failed to build the tool's shim: cargo names no program")?;
    Ok(program.into_std_path_buf())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn without_a_shim_and_without_the_clone_the_cure_is_said() {
        // Beside the program of the tests there is none.
        let error = find_or_build(true, Path::new("/nowhere/Cargo.toml"));
        let error = error.await.unwrap_err();
        let said = error.to_string();
        let cure = "help: run `cargo install --path scripts/workbook` in a clone";
        assert!(said.contains(cure), "{said}");
    }
}
